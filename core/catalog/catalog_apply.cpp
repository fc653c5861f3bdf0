#include <murmur/error.hpp>

#include "catalog/apply_order.hpp"
#include "catalog/catalog.hpp"
#include "catalog/catalog_transaction.hpp"
#include "catalog/field_paths.hpp"

namespace murmur {

namespace {

// All of them are one transaction, during which nobody else writes.
constexpr std::size_t apply_items_max = 5000;

/// Where both of them stand: in which files or, in one text, at which lines.
std::string places_of(const ResourceDraft& first, const ResourceDraft& second) {
    if (first.source != second.source) return "first in " + first.source + ", then in " + second.source;
    const std::string name = name_field_of(first.kind->spec);
    const std::string one = first.where(name), other = second.where(name);
    return one.empty() || other.empty() ? first.source : "first at " + one + ", then at " + other;
}

CatalogTransaction::Batch batch_of(const std::vector<ResourceDraft>& drafts) {
    CatalogTransaction::Batch batch;
    for (const ResourceDraft& draft : drafts) {
        const auto [first, is_new] = batch.emplace(draft.key, &draft);
        if (is_new) continue;
        const Error error = Error(Errc::invalid_argument, resource_title(draft.key) + " is there twice")
                                .with_hint("Leave one of the two out.");
        const std::string places = places_of(*first->second, draft);
        throw places.empty() ? error : error.in(places);
    }
    return batch;
}

/// With the file, unless a place in it is named already.
Error with_source(const Error& error, const std::string& source) {
    return source.empty() || !error.context().empty() ? error : error.in(source);
}

AppliedChange applied_change(const Kind& kind, WrittenResource written) {
    AppliedChange applied;
    if (written.before) applied.before = resource_text(kind.spec, resource_of(std::move(*written.before)));
    applied.change = {resource_of(std::move(written.after)), written.result};
    applied.after = resource_text(kind.spec, applied.change.resource);
    return applied;
}

}

std::vector<AppliedChange> Catalog::apply(const std::string& tenant, const std::string& owner,
                                          std::vector<ApplyItem> items, const ChangeRight& right, bool dry_run) {
    if (items.size() > apply_items_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(apply_items_max) + " documents at once")
            .with_hint("Apply them in parts.");
    std::vector<ResourceDraft> drafts;
    bool has_secret = false;
    for (const ApplyItem& item : items) {
        try {
            const Kind& kind = changeable_kind({tenant, item.kind, owner, ""});
            drafts.push_back(draft(kind, stored_key(kind, {tenant, item.kind, owner, ""}), item.document));
        } catch (const Error& error) {
            throw with_source(error, item.source);
        }
        drafts.back().source = item.source;
        has_secret = has_secret || drafts.back().secret;
    }
    const CatalogTransaction::Batch batch = batch_of(drafts);
    const std::vector<std::size_t> order = order_by_references(drafts);
    if (has_secret && !dry_run) vault_.prepare(tenant);
    std::vector<WrittenResource> written;
    run(right, [&](CatalogTransaction& transaction) {
        if (dry_run) {
            transaction.rehearse();
            transaction.writer().savepoint();
        }
        for (const std::size_t index : order) {
            try {
                written.push_back(transaction.put(drafts[index], std::nullopt, batch));
            } catch (const Error& error) {
                throw with_source(error, drafts[index].source);
            }
        }
        if (dry_run) transaction.writer().roll_back_savepoint();
    });
    std::vector<AppliedChange> applied;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Kind& kind = *drafts[order[i]].kind;
        applied.push_back(applied_change(kind, written[i]));
        if (!dry_run) note_change(kind, written[i].result);
    }
    return applied;
}

}
