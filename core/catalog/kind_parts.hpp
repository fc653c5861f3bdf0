#pragma once

#include <cstddef>
#include <murmur/catalog_kind.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// Descriptions are for lists and tooltips; what is longer belongs into a document.
inline constexpr std::size_t description_bytes_max = 1024;
/// Far above any list that a person keeps; it bounds what one resource makes others read.
inline constexpr std::size_t list_items_max = 1000;
/// The least number that counts as positive: sizes and prices are not told apart more finely.
inline constexpr double smallest_positive = 0.001;

// Fields that several kinds have.

FieldSpec name_field(std::string help);
FieldSpec description_field();
/// Of a secret, whoever it belongs to: its name, its value, and when it was made.
std::vector<FieldSpec> secret_value_fields();
/// "platform": set for builtins, never by a user.
FieldSpec platform_field();
/// "substrate": the registry fills in the values, as substrates come.
FieldSpec substrate_field(std::string help);
/// "architecture" with ARCHITECTURE_AMD64 and ARCHITECTURE_ARM64.
FieldSpec architecture_field(bool required);
/// "conflict_resolution" of a repository; `fallback` says what holds when it is absent.
FieldSpec conflict_resolution_field(json::value fallback, std::string help);
/// "backend" and "on_idle": how an agent runs where nothing stronger says so. `fallback` ends their help.
FieldSpec backend_field(const std::string& fallback);
FieldSpec on_idle_field(const std::string& fallback);
/// "limits": what an agent, with all that it spawns, may use up.
FieldSpec limits_field(std::string help);
/// Who gets which permissions: the object of a binding, and each item of a list of grants. Give the field a name.
FieldSpec grant_field(std::string name, FieldType type, std::string help);

// Checks that tables cannot express. `path` names the field in the complaint; all throw invalid_argument.

/// The field as text, or "" when it is absent.
std::string text_at(const json::object& body, std::string_view name);
/// The texts of a list, none when it is absent.
std::vector<std::string> texts_at(const json::object& body, std::string_view name);
/// The field as an object, or nullptr.
const json::object* object_at(const json::object& body, std::string_view name);
/// The objects of a list or none.
std::vector<const json::object*> objects_at(const json::object& body, std::string_view name);

/// `members[1] "bob" is there twice`
void check_unique(const std::vector<std::string>& values, const std::string& path);
/// A grant that the table accepted: its permissions, principals and pattern.
void check_grant(const json::object& grant, const std::string& path);
/// An https, ssh, git or file URL, "user@host:path" or an absolute path, without blanks and without a password.
void check_clone_url(const std::string& url, const std::string& path);
/// A branch that git would take, as far as it can be told without a repository.
void check_branch(const std::string& branch, const std::string& path);
/// The name of a secret whose value becomes a variable: [A-Z][A-Z0-9_]*, not of murmur's own.
void check_secret_name(const std::string& name, const std::string& path);

/// "SUBSTRATE_GCP" of the body of `kind` `name`, or "" when there is none.
std::string substrate_of(const CatalogLookup& lookup, std::string_view kind, const std::string& name);
/// Whether an object that holds sections of substrates ("gce", "aws", "local") can be used on one: it has that one's
/// section, or no section at all.
bool has_section_for(const json::object& sections, const std::string& substrate_value);

}
