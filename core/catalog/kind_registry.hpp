#pragma once

#include <map>
#include <memory>
#include <murmur/catalog_kind.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace murmur {

/// A kind as the catalog uses it: its table, with what substrates have added, and its own checks.
struct Kind {
    CatalogKindSpec spec;
    std::shared_ptr<const CatalogKind> checks;

    bool has_verb(std::string_view verb) const;
    /// The permission for making a new resource ("edit" where there is no "create") and for replacing one.
    std::string create_permission() const;
    std::string replace_permission() const;
    /// Throws invalid_argument for a kind that only murmur writes.
    void refuse_if_read_only() const;
};

/// Every kind there is. Filled once at start, constant afterwards, so safe from any thread.
class KindRegistry {
public:
    /// murmur's own kinds, in the order of the documentation, with the sections of GCP and AWS.
    KindRegistry();

    /// Throws already_exists when there is a kind of that name, invalid_argument when its table is not in order.
    void add(std::shared_ptr<const CatalogKind> kind);
    /// Adds SUBSTRATE_<NAME> and the substrate's sections. A substrate whose sections are there already may come again.
    /// Throws invalid_argument when a section or a builtin is not in order; then nothing of it was added.
    void add_substrate(std::string_view substrate, const CatalogContribution& contribution);

    const Kind* find(std::string_view name) const;
    /// Throws invalid_argument with the nearest known kind.
    const Kind& get(std::string_view name) const;
    const std::vector<std::unique_ptr<Kind>>& all() const { return kinds_; }
    /// Those that are there from the beginning, from substrates.
    const std::vector<CatalogBuiltin>& builtins() const { return builtins_; }

private:
    /// `substrate` as "SUBSTRATE_GCP".
    void add_sections(const std::string& substrate, const std::vector<CatalogSection>& sections);
    void add_builtins(std::string_view substrate, const std::vector<CatalogBuiltin>& builtins);

    std::vector<std::unique_ptr<Kind>> kinds_;
    std::map<std::string, Kind*, std::less<>> by_name_;
    std::vector<CatalogBuiltin> builtins_;
    std::vector<std::string> substrates_;                             ///< "SUBSTRATE_GCP", …, in the order they came
    std::vector<std::pair<std::string, CatalogSection>> sections_;    ///< with the substrate; for kinds that come later
    std::map<std::string, std::size_t, std::less<>> section_counts_;  ///< how many a kind has in its table
};

/// "gcp" to "SUBSTRATE_GCP"; a "-" becomes a "_".
std::string substrate_enum_name(std::string_view substrate);
/// "SUBSTRATE_GCP" to "gcp"; a "_" becomes a "-"; "" for anything else.
std::string substrate_of_enum_name(std::string_view value);

}
