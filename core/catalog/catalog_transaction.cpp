#include "catalog/catalog_transaction.hpp"

#include <murmur/error.hpp>
#include <murmur/json.hpp>

namespace murmur {

namespace {

// A complaint names every holder; of more than these, their number is of no more use.
constexpr std::size_t holders_named_max = 1000;

/// The complaint with the place in the document.
Error at_place(const ResourceDraft& draft, const std::string& path, Error error) {
    const std::string where = draft.where ? draft.where(path) : std::string();
    if (!where.empty()) return error.in(where + ": " + path);
    return draft.source.empty() ? error : error.in(draft.source);
}

/// Keys of maps have no order. What is the same in another one is of the same length.
bool is_same_body(const ResourceDraft& draft, const ResourceRow& row) {
    if (row.body == draft.body_text) return true;
    return row.body.size() == draft.body_text.size() && parse_json(row.body, "stored body") == draft.body;
}

/// Fields alone say nothing of how the text is written: one that has them stays as somebody wrote it.
bool is_same(const ResourceDraft& draft, const ResourceRow& row) {
    return !draft.secret_is_new && (draft.content_is_rendered || row.content == draft.content) &&
           is_same_body(draft, row);
}

/// Through a volatile pointer, so that the compiler does not find it needless.
void wipe(json::string& text) {
    volatile char* bytes = text.data();
    for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = '\0';
}

/// The write-only fields as one value, which is taken out of `fields`; the only one as it is.
std::optional<Secret> take_secret(json::object& fields) {
    if (fields.empty()) return std::nullopt;
    json::value& first = fields.begin()->value();
    const bool is_text = fields.size() == 1 && first.is_string();
    Secret secret(is_text ? std::string(first.get_string()) : json::serialize(fields));
    for (auto& member : fields)
        if (json::string* text = member.value().if_string()) wipe(*text);
    fields.clear();
    return secret;
}

}

std::string resource_title(const ResourceKey& key) {
    // Users' agents may have the same name.
    const std::string owner = key.kind == "agent" && !key.owner.empty() ? key.owner + "/" : std::string();
    return key.kind + " \"" + owner + key.name + "\"";
}

void check_generation(const ResourceKey& key, std::int64_t found, std::optional<std::int64_t> expected) {
    if (!expected || found == *expected) return;
    throw Error(Errc::aborted, resource_title(key) + " is at generation " + std::to_string(found) + ", not " +
                                   std::to_string(*expected))
        .with_hint("Somebody changed it meanwhile: read it again and repeat the change.");
}

ResourceDraft make_draft(const Kind& kind, const ResourceKey& key, const SourceDocument& document,
                         bool secret_is_kept) {
    CheckedBody checked = check_resource(kind, key.name, document, secret_is_kept);
    ResourceDraft draft;
    draft.kind = &kind;
    draft.key = key;
    draft.key.name = std::move(checked.name);
    draft.body = std::move(checked.body);
    draft.body_text = json::serialize(draft.body);
    draft.content = std::move(checked.content);
    draft.content_is_rendered = kind.spec.markdown && !document.content;
    draft.references = references_of(kind.spec, draft.body);
    draft.secret = take_secret(checked.secret);
    draft.secret_is_new = draft.secret.has_value();
    draft.where = document.where;
    return draft;
}

void CatalogTransaction::allow(const Kind& kind, const ResourceKey& key, ChangeAction action) const {
    if (right_.check) right_.check(kind, key, action);
}

std::optional<ResourceRow> CatalogTransaction::find(const ResourceKey& key) {
    std::optional<ResourceRow> row = writer_.find_resource(key);
    if (row && row->removed) row.reset();
    return row;
}

WrittenResource CatalogTransaction::put(const ResourceDraft& draft, std::optional<std::int64_t> expected,
                                        const Batch& batch) {
    WrittenResource written;
    std::optional<ResourceRow> stored = writer_.find_resource(draft.key);
    const std::int64_t generation = stored ? stored->generation : 0;
    if (stored && !stored->removed) written.before = std::move(stored);
    allow(*draft.kind, draft.key, written.before ? ChangeAction::replace : ChangeAction::create);
    check_generation(draft.key, written.before ? generation : 0, expected);
    if (written.before && is_same(draft, *written.before)) {
        written.after = *written.before;
        return written;
    }
    const std::vector<ResourceReference> references = resolve(draft, batch);
    ResourceRow& row = written.after;
    row.key = draft.key;
    row.generation = generation + 1;
    row.author = right_.author;
    row.updated_at = clock_.now();
    row.created_at = written.before ? written.before->created_at : row.updated_at;
    row.body = draft.body_text;
    row.content = draft.content;
    if (draft.secret && !is_rehearsal_) {
        SealedValue value = vault_.seal(writer_, row.key, row.generation, *draft.secret);
        row.sealed = std::move(value.sealed);
        row.key_version = value.key_version;
    }
    writer_.put_resource(row, references);
    written.result = written.before ? ChangeResult::updated : ChangeResult::created;
    return written;
}

std::vector<ResourceReference> CatalogTransaction::resolve(const ResourceDraft& draft, const Batch& batch) {
    std::vector<ResourceReference> stored;
    for (const BodyReference& reference : draft.references) {
        bool is_known = false;
        for (const std::string& kind : reference.kinds) {
            // A builtin is never removed: nothing need know who uses it.
            if ((is_known = builtins_.find(kind, reference.name) != nullptr)) break;
            ResourceKey target{draft.key.tenant, kind, "", reference.name};
            is_known = batch.contains(target) || writer_.has_resource(target);
            if (!is_known && !draft.key.owner.empty()) {
                target.owner = draft.key.owner;
                is_known = batch.contains(target) || writer_.has_resource(target);
            }
            if (!is_known) continue;
            stored.push_back({kind, reference.name});
            break;
        }
        if (is_known) continue;
        missing_ = Missing{draft.key, reference.kinds, reference.name};
        const ResourceKey target{draft.key.tenant, reference.kinds.front(), "", reference.name};
        throw at_place(draft, reference.path,
                       Error(Errc::invalid_argument, resource_title(target) + " does not exist"));
    }
    if (draft.kind->checks)
        draft.kind->checks->validate_with(draft.body, [&](std::string_view kind, std::string_view name) {
            return look_up(draft, batch, kind, name);
        });
    return stored;
}

std::optional<json::object> CatalogTransaction::look_up(const ResourceDraft& draft, const Batch& batch,
                                                        std::string_view kind, std::string_view name) {
    if (const Resource* builtin = builtins_.find(kind, name)) return builtin->body;
    for (const std::string& owner : {std::string(), draft.key.owner}) {
        const ResourceKey key{draft.key.tenant, std::string(kind), owner, std::string(name)};
        if (const auto other = batch.find(key); other != batch.end()) return other->second->body;
        if (std::optional<ResourceRow> row = find(key)) return resource_of(std::move(*row)).body;
    }
    return std::nullopt;
}

WrittenResource CatalogTransaction::remove(const Kind& kind, const ResourceKey& key,
                                           std::optional<std::int64_t> expected) {
    WrittenResource written;
    allow(kind, key, ChangeAction::remove);
    written.before = find(key);
    if (!written.before) {
        missing_ = Missing{key, {key.kind}, key.name};
        throw Error(Errc::not_found, resource_title(key) + " not found");
    }
    check_generation(key, written.before->generation, expected);
    refuse_held(kind, key);
    ResourceRow& row = written.after;
    row.key = key;
    row.generation = written.before->generation + 1;
    row.removed = true;
    row.author = right_.author;
    row.created_at = written.before->created_at;
    row.updated_at = clock_.now();
    writer_.put_resource(row, {});
    written.result = ChangeResult::removed;
    return written;
}

void CatalogTransaction::refuse_held(const Kind& kind, const ResourceKey& key) {
    std::string names, way_to_end_agents;
    std::size_t count = 0;
    for (const ResourceKey& holder :
         writer_.resource_holders(key.tenant, {key.kind, key.name}, holders_named_max + 1)) {
        // A resource does not hold itself, and of what each user has, only their own holds it.
        if (holder == key || (kind.spec.per_user && holder.owner != key.owner)) continue;
        if (++count > holders_named_max) break;
        names += (names.empty() ? "" : ", ") + resource_title(holder);
        if (holder.kind == "agent") way_to_end_agents = " (murmur kill ends an agent)";
    }
    if (count == 0) return;
    if (count > holders_named_max) names += ", and more";
    throw Error(Errc::failed_precondition, resource_title(key) + " is referenced by " + names)
        .with_hint("Remove what holds it first" + way_to_end_agents + ", or let it refer to something else.");
}

}
