#include "catalog/catalog.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "catalog/catalog_transaction.hpp"

namespace murmur {

namespace {

// Among so many the nearest name is looked for.
constexpr std::size_t names_compared_max = 1000;

/// Kinds that decide who may do what.
bool is_policy(const CatalogKindSpec& spec) {
    return spec.name == "role" || spec.name == "group" || spec.name == "tenant-binding" ||
           spec.name == "service-profile" || spec.name == "user";
}

}

Catalog::Catalog(const KindRegistry& kinds, std::vector<CatalogBuiltin> builtins, ResourceReader& reader,
                 Transact transact, SecretVault& vault, Clock& clock)
    : kinds_(kinds),
      builtins_(kinds, std::move(builtins)),
      reader_(reader),
      transact_(std::move(transact)),
      vault_(vault),
      clock_(clock) {}

std::uint64_t Catalog::policy_revision() const { return policy_revision_.load(); }

ResourceKey Catalog::stored_key(const Kind& kind, ResourceKey key) const {
    if (!kind.spec.per_user) key.owner.clear();
    if (kind.spec.per_user && key.owner.empty())
        throw Error(Errc::invalid_argument, "a " + kind.spec.name + " belongs to a user, and none is named");
    return key;
}

std::optional<Resource> Catalog::find(const ResourceKey& key) const {
    const Kind& kind = kinds_.get(key.kind);
    if (const Resource* builtin = builtins_.find(key.kind, key.name)) return *builtin;
    std::optional<ResourceRow> row = reader_.find_resource(stored_key(kind, key));
    if (!row || row->removed) row = unwritten_row(kind, key);
    if (!row) return std::nullopt;
    return resource_of(std::move(*row));
}

std::optional<ResourceRow> Catalog::unwritten_row(const Kind& kind, const ResourceKey& key) {
    if (kind.spec.singleton.empty() || kind.spec.singleton != key.name) return std::nullopt;
    ResourceRow row;
    row.key = key;
    row.body = json::serialize(json::object{{"name", kind.spec.singleton}});
    return row;
}

Resource Catalog::get(const ResourceKey& key) const {
    std::optional<Resource> found = find(key);
    if (!found) throw not_found(stored_key(kinds_.get(key.kind), key));
    return std::move(*found);
}

std::vector<Resource> Catalog::list(const ResourceQuery& query) const {
    const Kind& kind = kinds_.get(query.kind);
    ResourceQuery rest = query;
    rest.owner = stored_key(kind, {query.tenant, query.kind, query.owner, ""}).owner;
    std::vector<Resource> resources;
    // The page behind a tenant's own resource has no builtins any more: they come first.
    const BuiltinTable::Names& builtins = builtins_.of_kind(query.kind);
    if (query.after.empty() || builtins.contains(query.after)) {
        for (auto next = builtins.upper_bound(query.after); next != builtins.end(); ++next) {
            if (resources.size() == query.count_max) return resources;
            resources.push_back(next->second);
        }
        rest.after.clear();
        rest.count_max -= resources.size();
    }
    if (rest.count_max == 0) return resources;
    for (ResourceRow& row : reader_.list_resources(rest)) resources.push_back(resource_of(std::move(row)));
    if (resources.empty() && query.after.empty())
        if (auto row = unwritten_row(kind, {query.tenant, query.kind, rest.owner, kind.spec.singleton}))
            resources.push_back(resource_of(std::move(*row)));
    return resources;
}

std::vector<std::string> Catalog::known_names(const std::string& tenant, const std::string& kind,
                                              const std::string& owner) const {
    std::vector<std::string> names;
    for (const auto& [name, builtin] : builtins_.of_kind(kind)) names.push_back(name);
    for (const ResourceRow& row : reader_.list_resources({tenant, kind, owner, "", names_compared_max}))
        names.push_back(row.key.name);
    return names;
}

Error Catalog::not_found(const ResourceKey& key) const {
    const std::string nearest = did_you_mean(key.name, known_names(key.tenant, key.kind, key.owner));
    return Error(Errc::not_found, resource_title(key) + " not found")
        .with_hint(nearest.empty() ? "murmur get " + key.kind + " lists those that there are." : nearest);
}

void Catalog::run(const ChangeRight& right, const std::function<void(CatalogTransaction&)>& change) {
    std::optional<CatalogTransaction::Missing> missing;
    try {
        transact_([&](ResourceWriter& writer) {
            CatalogTransaction transaction(builtins_, vault_, clock_, writer, right);
            try {
                change(transaction);
            } catch (const Error&) {
                missing = transaction.missing();
                throw;
            }
        });
    } catch (const Error& error) {
        if (!missing) throw;
        std::vector<std::string> names;
        for (const std::string& kind : missing->kinds) {
            const bool per_user = kinds_.get(kind).spec.per_user;
            for (std::string& name : known_names(missing->holder.tenant, kind, per_user ? missing->holder.owner : ""))
                names.push_back(std::move(name));
        }
        const std::string nearest = did_you_mean(missing->name, names);
        const std::string& kind = missing->kinds.front();
        if (!nearest.empty()) throw error.with_hint(nearest);
        throw error.with_hint(error.code() == Errc::not_found
                                  ? "murmur get " + kind + " lists those that there are."
                                  : "Create it first: murmur set " + kind + " " + missing->name + ".");
    }
}

void Catalog::note_change(const Kind& kind, ChangeResult result) {
    if (result != ChangeResult::unchanged && is_policy(kind.spec)) ++policy_revision_;
}

Change Catalog::finish(const Kind& kind, WrittenResource written, std::optional<json::object> body) {
    note_change(kind, written.result);
    const bool is_gone = written.result == ChangeResult::removed;
    // What was there before may have the keys of its maps in another order.
    const bool is_at_hand = body && !is_gone && written.result != ChangeResult::unchanged;
    if (is_at_hand) written.after.body.clear();
    Change change{resource_of(std::move(is_gone ? *written.before : written.after)), written.result};
    if (is_at_hand) change.resource.body = std::move(*body);
    return change;
}

}
