#include <murmur/error.hpp>

#include "catalog/catalog.hpp"
#include "catalog/catalog_transaction.hpp"

namespace murmur {

namespace {

// A patch is worked out beside the control loop; when others change the same resource all the time, within it.
constexpr int patch_tries_beside = 3;

bool has_reserved_name(const CatalogKindSpec& spec, const std::string& name) {
    const bool is_ours = spec.name_rule == NameRule::resource || spec.name_rule == NameRule::image;
    return is_ours && name.starts_with(builtin_prefix);
}

}

const Kind& Catalog::changeable_kind(const ResourceKey& key) const {
    const Kind& kind = kinds_.get(key.kind);
    kind.refuse_if_read_only();
    return kind;
}

void Catalog::refuse_builtin(const Kind& kind, const std::string& name) const {
    if (builtins_.find(kind.spec.name, name))
        throw Error(Errc::permission_denied,
                    resource_title({"", kind.spec.name, "", name}) + " is a platform builtin and cannot be changed")
            .with_hint("Set one of your own under another name.");
}

ResourceDraft Catalog::draft(const Kind& kind, const ResourceKey& key, const SourceDocument& document,
                             bool secret_is_kept) const {
    refuse_builtin(kind, key.name);
    ResourceDraft draft = make_draft(kind, key, document, secret_is_kept);
    refuse_builtin(kind, draft.key.name);
    if (has_reserved_name(kind.spec, draft.key.name))
        throw Error(Errc::invalid_argument, "name \"" + draft.key.name +
                                                "\" is reserved: names that begin with \"murmur-\" belong to platform "
                                                "builtins")
            .with_hint("Choose another name.");
    return draft;
}

Change Catalog::set(const ResourceKey& key, const SourceDocument& document, const ChangeRight& right,
                    std::optional<std::int64_t> expected_generation) {
    const Kind& kind = changeable_kind(key);
    ResourceDraft next = draft(kind, stored_key(kind, key), document);
    if (next.secret) vault_.prepare(key.tenant);
    WrittenResource written;
    run(right, [&](CatalogTransaction& transaction) { written = transaction.put(next, expected_generation); });
    return finish(kind, std::move(written), std::move(next.body));
}

ResourceDraft Catalog::patched(const Kind& kind, const ResourceRow& row,
                               const std::vector<FieldChange>& changes) const {
    SourceDocument document;
    Resource resource = resource_of(row);
    document.fields = std::move(resource.body);
    if (kind.spec.markdown) document.content = std::move(resource.content);
    apply_changes(kind.spec, document, changes);
    ResourceDraft next = draft(kind, row.key, document, !row.sealed.empty());
    if (!next.secret && !row.sealed.empty()) next.secret = vault_.open(row);  // each generation has its own sealing
    return next;
}

Change Catalog::patch(const ResourceKey& given, const std::vector<FieldChange>& changes, const ChangeRight& right,
                      std::optional<std::int64_t> expected_generation) {
    const Kind& kind = changeable_kind(given);
    const ResourceKey key = stored_key(kind, given);
    if (right.check) right.check(kind, key, ChangeAction::replace);
    refuse_builtin(kind, key.name);
    for (int tries = 0; tries < patch_tries_beside; ++tries)
        if (auto written = try_patch(kind, key, changes, right, expected_generation))
            return finish(kind, std::move(*written));
    WrittenResource written;
    run(right, [&](CatalogTransaction& transaction) {
        std::optional<ResourceRow> row = transaction.find(key);
        if (!row) row = unwritten_row(kind, key);
        if (!row) throw Error(Errc::not_found, resource_title(key) + " not found");
        written = transaction.put(patched(kind, *row, changes), expected_generation);
    });
    return finish(kind, std::move(written));
}

std::optional<WrittenResource> Catalog::try_patch(const Kind& kind, const ResourceKey& key,
                                                  const std::vector<FieldChange>& changes, const ChangeRight& right,
                                                  std::optional<std::int64_t> expected_generation) {
    std::optional<ResourceRow> row = reader_.find_resource(key);
    if (!row || row->removed) row = unwritten_row(kind, key);
    if (!row) throw not_found(key);
    const ResourceDraft next = patched(kind, *row, changes);
    if (next.secret) vault_.prepare(key.tenant);
    std::optional<WrittenResource> written;
    run(right, [&](CatalogTransaction& transaction) {
        const std::optional<ResourceRow> current = transaction.find(key);
        const std::int64_t generation = current ? current->generation : 0;
        check_generation(key, generation, expected_generation);
        // Another version than the one that was read: it is worked out anew.
        if (generation == row->generation) written = transaction.put(next, std::nullopt);
    });
    return written;
}

Change Catalog::remove(const ResourceKey& given, const ChangeRight& right,
                       std::optional<std::int64_t> expected_generation) {
    const Kind& kind = changeable_kind(given);
    const ResourceKey key = stored_key(kind, given);
    if (right.check) right.check(kind, key, ChangeAction::remove);
    refuse_builtin(kind, key.name);
    WrittenResource written;
    run(right, [&](CatalogTransaction& transaction) { written = transaction.remove(kind, key, expected_generation); });
    return finish(kind, std::move(written));
}

}
