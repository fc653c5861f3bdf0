#pragma once

#include <map>
#include <murmur/clock.hpp>
#include <murmur/secret.hpp>
#include <optional>
#include <vector>

#include "catalog/builtins.hpp"
#include "catalog/resource.hpp"
#include "catalog/validation.hpp"
#include "secrets/secret_vault.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A resource's next version: everything is checked but what only the transaction that stores it can tell.
struct ResourceDraft {
    const Kind* kind = nullptr;
    ResourceKey key;
    json::object body;
    std::string body_text;  ///< as it is stored
    std::string content;
    bool content_is_rendered = false;  ///< of fields that were given; nobody wrote it
    std::vector<BodyReference> references;
    std::optional<Secret> secret;
    bool secret_is_new = false;  ///< and not the one that is stored already
    std::function<std::string(const std::string& path)> where;
    std::string source;  ///< for complaints; may be empty
};

/// Checks the document by its kind's table and takes the secret out of it. Throws invalid_argument.
ResourceDraft make_draft(const Kind& kind, const ResourceKey& key, const SourceDocument& document, bool secret_is_kept);

/// A version that was stored, and the one before it.
struct WrittenResource {
    std::optional<ResourceRow> before;  ///< none when there was no such resource, or it was removed
    ResourceRow after;
    ChangeResult result = ChangeResult::unchanged;
};

/// What the catalog does within one transaction: rights, generations and references are checked against what is stored
/// at that moment. Used on the control loop's thread; throws what forbids the change.
class CatalogTransaction {
public:
    /// Resources that are put together: each may refer to the others, whichever comes first.
    using Batch = std::map<ResourceKey, const ResourceDraft*>;

    CatalogTransaction(const BuiltinTable& builtins, SecretVault& vault, Clock& clock, ResourceWriter& writer,
                       const ChangeRight& right)
        : builtins_(builtins), vault_(vault), clock_(clock), writer_(writer), right_(right) {}

    ResourceWriter& writer() { return writer_; }
    /// Nothing of it will stay: values of secrets are not encrypted for it.
    void rehearse() { is_rehearsal_ = true; }

    /// The row, unless there is no such resource.
    std::optional<ResourceRow> find(const ResourceKey& key);
    /// Throws aborted when the resource is at another generation than `expected`.
    WrittenResource put(const ResourceDraft& draft, std::optional<std::int64_t> expected, const Batch& batch = {});
    WrittenResource remove(const Kind& kind, const ResourceKey& key, std::optional<std::int64_t> expected);

    /// What a complaint was about: a name that is not there, of one of these kinds.
    struct Missing {
        ResourceKey holder;
        std::vector<std::string> kinds;
        std::string name;
    };
    const std::optional<Missing>& missing() const { return missing_; }

private:
    void allow(const Kind& kind, const ResourceKey& key, ChangeAction action) const;
    std::vector<ResourceReference> resolve(const ResourceDraft& draft, const Batch& batch);
    std::optional<json::object> look_up(const ResourceDraft& draft, const Batch& batch, std::string_view kind,
                                        std::string_view name);
    void refuse_held(const Kind& kind, const ResourceKey& key);

    const BuiltinTable& builtins_;
    SecretVault& vault_;
    Clock& clock_;
    ResourceWriter& writer_;
    const ChangeRight& right_;
    bool is_rehearsal_ = false;
    std::optional<Missing> missing_;
};

/// Kind and name as they are written in complaints: `workspace "x"`.
std::string resource_title(const ResourceKey& key);
/// Throws aborted when `expected` is another one than `found`.
void check_generation(const ResourceKey& key, std::int64_t found, std::optional<std::int64_t> expected);

}
