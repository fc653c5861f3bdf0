#include "secrets/data_keys.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "crypto/cipher.hpp"

namespace murmur {

namespace {

std::string wrap_context(const std::string& tenant, std::int64_t version) {
    return bind_parts({tenant, std::to_string(version)});
}

const TenantKeyRow* newest_row(const std::vector<TenantKeyRow>& rows) {
    const auto found = std::max_element(
        rows.begin(), rows.end(), [](const TenantKeyRow& a, const TenantKeyRow& b) { return a.version < b.version; });
    return found == rows.end() ? nullptr : &*found;
}

}

std::optional<DataKey> DataKeys::newest(ResourceLookup& lookup, const std::string& tenant) {
    const auto rows = lookup.tenant_keys(tenant);
    const TenantKeyRow* row = newest_row(rows);
    return row ? std::optional(unwrap(*row)) : std::nullopt;
}

std::optional<DataKey> DataKeys::find(ResourceLookup& lookup, const std::string& tenant, std::int64_t version) {
    for (const TenantKeyRow& row : lookup.tenant_keys(tenant))
        if (row.version == version) return unwrap(row);
    return std::nullopt;
}

DataKey DataKeys::add(ResourceWriter& writer, const std::string& tenant) {
    const auto rows = writer.tenant_keys(tenant);
    const TenantKeyRow* last = newest_row(rows);
    DataKey made{last ? last->version + 1 : 1, make_cipher_key()};
    const KeyService::Wrapped wrapped = service_.wrap(made.key, wrap_context(tenant, made.version));
    const TenantKeyRow row{tenant, made.version, wrapped.wrapped, wrapped.key, clock_.now()};
    writer.put_tenant_key(row);
    keep(row, made.key);
    return made;
}

void DataKeys::forget(const std::string& tenant, std::int64_t version) { kept_.lock()->erase({tenant, version}); }

std::vector<TenantKeyRow> DataKeys::wrap_anew(ResourceLookup& lookup, const std::string& tenant) {
    std::vector<TenantKeyRow> changed;
    const std::string current = service_.current_key();
    for (TenantKeyRow& row : lookup.tenant_keys(tenant)) {
        if (row.key_service == current) continue;
        const DataKey opened = unwrap(row);
        KeyService::Wrapped wrapped = service_.wrap(opened.key, wrap_context(tenant, row.version));
        row.wrapped = std::move(wrapped.wrapped);
        row.key_service = std::move(wrapped.key);
        changed.push_back(std::move(row));
    }
    return changed;
}

DataKey DataKeys::unwrap(const TenantKeyRow& row) {
    {
        auto kept = kept_.lock();
        const auto found = kept->find({row.tenant, row.version});
        if (found != kept->end() && found->second.wrapped == row.wrapped) return {row.version, found->second.key};
    }
    DataKey opened{row.version, {}};
    try {
        opened.key = service_.unwrap(row.wrapped, row.key_service, wrap_context(row.tenant, row.version));
    } catch (...) {
        throw current_error().in("unwrapping data key " + std::to_string(row.version) + " of tenant \"" + row.tenant +
                                 "\"");
    }
    if (opened.key.reveal().size() != cipher_key_bytes)
        throw Error(Errc::data_loss, "data key " + std::to_string(row.version) + " of tenant \"" + row.tenant +
                                         "\" is of the wrong length");
    keep(row, opened.key);
    return opened;
}

void DataKeys::keep(const TenantKeyRow& row, const Secret& key) {
    (*kept_.lock())[{row.tenant, row.version}] = {row.wrapped, key};
}

}
