#include <algorithm>
#include <string_view>

#include "base/utf8.hpp"
#include "catalog/validation.hpp"

namespace murmur {

namespace {

// As in the agreed pattern; also the longest label of a host name, which names become.
constexpr std::size_t name_length_max = 63;
// Names of environment variables have no agreed limit; beyond this it is a value in the wrong place.
constexpr std::size_t secret_name_length_max = 255;
constexpr std::size_t clone_url_length_max = 1024;
constexpr std::size_t bake_hash_length_max = 64;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_number(char c) { return c >= '0' && c <= '9'; }

bool is_resource_name(std::string_view name) {
    return !name.empty() && name.size() <= name_length_max && is_lower(name[0]) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_number(c) || c == '-'; });
}

bool is_secret_name(std::string_view name) {
    return !name.empty() && is_upper(name[0]) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_upper(c) || is_number(c) || c == '_'; });
}

bool is_bake_hash(std::string_view hash) {
    return !hash.empty() && hash.size() <= bake_hash_length_max &&
           std::all_of(hash.begin(), hash.end(), [](char c) { return is_number(c) || (c >= 'a' && c <= 'f'); });
}

bool is_account_name(std::string_view name) {
    return !name.empty() && name.size() <= name_length_max && std::all_of(name.begin(), name.end(), [](char c) {
        return is_lower(c) || is_upper(c) || is_number(c) ||
               std::string_view("-_.[]").find(c) != std::string_view::npos;
    });
}

bool is_clone_url(std::string_view url) {
    return url.size() <= clone_url_length_max && url.find_first_of(":/") != std::string_view::npos &&
           std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c != 0x7F; });
}

[[noreturn]] void refuse_name(const std::string& complaint, const std::string& hint = {}) {
    const Error error(Errc::invalid_argument, to_one_line(complaint));
    throw hint.empty() ? error : error.with_hint(hint);
}

void check_secret_name(const CatalogKindSpec& spec, const std::string& name) {
    const std::string quoted = "secret name \"" + name + "\"";
    if (name.size() > secret_name_length_max)
        refuse_name("secret name is longer than " + std::to_string(secret_name_length_max) + " characters");
    if (!is_secret_name(name))
        refuse_name(quoted + " must match [A-Z][A-Z0-9_]*", "Use capital letters, digits and _, such as NPM_TOKEN.");
    if (name.starts_with("MURMUR_")) refuse_name(quoted + " is reserved (MURMUR_* is internal)");
    // Of a user it is where that profile's token is kept.
    if (name == "GH_TOKEN" && !spec.per_user)
        refuse_name(quoted + " is reserved — it is automatically populated from the developer profile");
}

std::string missing_name(const CatalogKindSpec& spec, const std::string& field_name) {
    for (const FieldSpec& field : spec.fields)
        if (field.name == field_name && !field.missing.empty()) return field.missing;
    return field_name + " is required";
}

}

void check_name(const CatalogKindSpec& spec, const std::string& name) {
    if (spec.name_rule == NameRule::secret) return check_secret_name(spec, name);
    const std::string field = spec.name_rule == NameRule::clone_url ? "clone_url" : "name";
    if (name.empty()) refuse_name(missing_name(spec, field));
    if (!spec.singleton.empty() && name != spec.singleton)
        refuse_name("name must be " + spec.singleton, "There is only one " + spec.name + " in a tenant.");
    const std::string pattern = "[a-z][a-z0-9-]{0,62}";
    const std::string hint = "Use at most 63 lower-case letters, digits and -, beginning with a letter.";
    switch (spec.name_rule) {
        case NameRule::image: {
            const std::size_t at = std::min(name.find('@'), name.size());
            if (!is_resource_name(std::string_view(name).substr(0, at)) ||
                (at < name.size() && !is_bake_hash(std::string_view(name).substr(at + 1))))
                refuse_name("name must match " + pattern, hint + " A bake's hash may follow: go-stack@9f86d081.");
            return;
        }
        case NameRule::clone_url:
            if (!is_clone_url(name))
                refuse_name("clone_url must be the URL of a git repository",
                            "Such as https://github.com/acme/backend.");
            return;
        case NameRule::account:
            if (!is_account_name(name))
                refuse_name("name must match [A-Za-z0-9._\\[\\]-]{1,63}", "It is the account's name, such as alice.");
            return;
        default:
            if (!is_resource_name(name)) refuse_name("name must match " + pattern, hint);
    }
}

}
