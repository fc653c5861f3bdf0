#include "catalog/kind_parts.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <set>

#include "catalog/permission.hpp"
#include "config/limit_settings.hpp"

namespace murmur {

namespace {

bool is_word(std::string_view text) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
    throw Error(Errc::invalid_argument, message).with_hint(hint);
}

/// "https", "ssh", …, or "" when the text does not begin with a scheme.
std::string_view scheme_of(std::string_view url) {
    const std::size_t end = url.find("://");
    return end == std::string_view::npos ? std::string_view() : url.substr(0, end);
}

bool is_principal(std::string_view user) {
    constexpr std::string_view service = "service-profile:";
    if (user.substr(0, service.size()) == service) {
        const std::string_view profile = user.substr(service.size());
        return profile == "*" || is_word(profile);
    }
    return !user.empty() && std::all_of(user.begin(), user.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '[' || c == ']';
    });
}

void check_name_pattern(const std::string& pattern, const std::string& path) {
    const std::size_t star = pattern.find('*');
    if (star != std::string::npos && star + 1 != pattern.size())
        refuse(path + " may have a \"*\" at its end only", "Write a name, or the beginning of one and \"*\".");
    for (std::size_t at = pattern.find("${"); at != std::string::npos; at = pattern.find("${", at + 1)) {
        const std::size_t end = pattern.find('}', at);
        const std::string variable = pattern.substr(at, end == std::string::npos ? end : end + 1 - at);
        if (variable != "${username}" && variable != "${provider}")
            refuse(path + " has an unknown variable \"" + variable + "\"", "Known are ${username} and ${provider}.");
    }
}

std::vector<FieldSpec> fields_of_grant() {
    return {
        {.name = "users",
         .type = FieldType::string_list,
         .help = "Users that get it, by their login; \"service-profile:<name>\" and \"service-profile:*\" are service "
                 "profiles.",
         .length_max = list_items_max,
         .example = "[alice, bob]"},
        {.name = "groups",
         .type = FieldType::string_list,
         .references = {"group"},
         .help = "Groups whose members get it.",
         .length_max = list_items_max,
         .example = "[backend-team]"},
        {.name = "role",
         .references = {"role"},
         .help = "The role that is granted; it must exist.",
         .example = "workspace-admin"},
        {.name = "inline",
         .type = FieldType::object,
         .help = "Permissions given here, in place of a role.",
         .fields = {{.name = "permissions",
                     .type = FieldType::string_list,
                     .required = true,
                     .help = "Permissions, written as in a role.",
                     .missing = "permissions must be non-empty",
                     .length_max = list_items_max,
                     .example = "[workspace.read]"}}},
        {.name = "name_pattern",
         .help = "Limits the grant to resources of this name; a \"*\" at the end stands for any rest, and ${username} "
                 "for whoever asks.",
         .length_max = 255,
         .example = "staging-*"},
    };
}

}

FieldSpec name_field(std::string help) { return {.name = "name", .required = true, .help = std::move(help)}; }

std::vector<FieldSpec> secret_value_fields() {
    // A key or a certificate with its chain; what is larger is a file, and belongs into the image.
    constexpr std::size_t secret_bytes_max = std::size_t{64} << 10;
    return {
        name_field("In capitals, because it becomes the variable MURMUR_SECRET_<name>."),
        {.name = "plaintext_value",
         .required = true,
         .write_only = true,
         .help = "The value: it can be replaced, and never read.",
         .length_max = secret_bytes_max},
        {.name = "created_at",
         .type = FieldType::timestamp,
         .read_only = true,
         .help = "When it was set for the first time."},
        description_field(),
    };
}

FieldSpec description_field() {
    return {.name = "description", .help = "What it is, for people.", .length_max = description_bytes_max};
}

FieldSpec platform_field() {
    return {.name = "platform",
            .type = FieldType::boolean,
            .read_only = true,
            .help = "Whether it is a builtin, which nobody changes."};
}

FieldSpec substrate_field(std::string help) {
    return {.name = "substrate", .type = FieldType::enumeration, .required = true, .help = std::move(help)};
}

FieldSpec architecture_field(bool required) {
    return {.name = "architecture",
            .type = FieldType::enumeration,
            .required = required,
            .values = {"ARCHITECTURE_AMD64", "ARCHITECTURE_ARM64"},
            .help = "The instruction set of its machines.",
            .example = "ARCHITECTURE_AMD64"};
}

FieldSpec conflict_resolution_field(json::value fallback, std::string help) {
    return {.name = "conflict_resolution",
            .type = FieldType::enumeration,
            .values = {"rebase", "merge", "none"},
            .default_value = std::move(fallback),
            .help = std::move(help),
            .example = "rebase"};
}

FieldSpec backend_field(const std::string& fallback) {
    return {.name = "backend",
            .help = "The backend, where neither the spawn names one nor a model implies it; " + fallback,
            .length_max = 63,
            .example = "codex"};
}

FieldSpec on_idle_field(const std::string& fallback) {
    return {.name = "on_idle",
            .type = FieldType::enumeration,
            .values = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"},
            .help = "What becomes of an agent that has nothing left to do; " + fallback,
            .example = "keep-alive"};
}

FieldSpec limits_field(std::string help) {
    const std::string none = " Without it, or with 0, there is no such limit here.";
    return {.name = "limits",
            .type = FieldType::object,
            .help = std::move(help),
            .fields = {{.name = "max_cost",
                        .type = FieldType::number,
                        .help = "US dollars for models and machines." + none,
                        .minimum = 0,
                        .maximum = limit_dollars_max,
                        .example = "5.00"},
                       {.name = "max_turns",
                        .type = FieldType::integer,
                        .help = "Turns." + none,
                        .minimum = 0,
                        .maximum = limit_turns_max,
                        .example = "40"},
                       {.name = "max_time",
                        .type = FieldType::duration,
                        .help = "The time of turns, one after the other." + none,
                        .minimum = 0,
                        .example = "90m"},
                       {.name = "max_children",
                        .type = FieldType::integer,
                        .help = "Agents that are spawned by it and below it." + none,
                        .minimum = 0,
                        .maximum = limit_children_max,
                        .example = "10"}},
            .example = "{max_cost: 5.00, max_time: 90m}"};
}

FieldSpec grant_field(std::string name, FieldType type, std::string help) {
    return {.name = std::move(name),
            .type = type,
            .required = type == FieldType::object,
            .help = std::move(help),
            .fields = fields_of_grant(),
            .groups = {{.fields = {"users", "groups"}, .missing = "grant must specify at least one group or user"},
                       {.fields = {"role", "inline"}, .only_one = true, .missing = "grant.role is required"}},
            .length_max = type == FieldType::object ? 0 : list_items_max};
}

std::string text_at(const json::object& body, std::string_view name) {
    const json::value* const value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> texts_at(const json::object& body, std::string_view name) {
    std::vector<std::string> texts;
    const json::value* const value = body.if_contains(name);
    if (value && value->is_array())
        for (const json::value& item : value->get_array())
            if (item.is_string()) texts.emplace_back(item.get_string());
    return texts;
}

const json::object* object_at(const json::object& body, std::string_view name) {
    const json::value* const value = body.if_contains(name);
    return value ? value->if_object() : nullptr;
}

std::vector<const json::object*> objects_at(const json::object& body, std::string_view name) {
    std::vector<const json::object*> objects;
    const json::value* const value = body.if_contains(name);
    if (value && value->is_array())
        for (const json::value& item : value->get_array())
            if (item.is_object()) objects.push_back(&item.get_object());
    return objects;
}

void check_unique(const std::vector<std::string>& values, const std::string& path) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!seen.insert(values[i]).second)
            refuse(path + "[" + std::to_string(i) + "] \"" + values[i] + "\" is there twice", "Leave one of them out.");
}

void check_grant(const json::object& grant, const std::string& path) {
    const std::vector<std::string> users = texts_at(grant, "users");
    for (std::size_t i = 0; i < users.size(); ++i)
        if (!is_principal(users[i]))
            refuse(path + ".users[" + std::to_string(i) + "] \"" + users[i] + "\" is not the login of a user",
                   "Write a GitHub login, or service-profile:<name>.");
    check_unique(users, path + ".users");
    check_unique(texts_at(grant, "groups"), path + ".groups");
    if (const json::object* const given = object_at(grant, "inline"))
        for (const std::string& permission : texts_at(*given, "permissions")) parse_permission_pattern(permission);
    check_name_pattern(text_at(grant, "name_pattern"), path + ".name_pattern");
}

void check_clone_url(const std::string& url, const std::string& path) {
    const std::string hint = "Write https://host/owner/repository, git@host:owner/repository or an absolute path.";
    if (url.find_first_of(" \t\r\n\"'`\\<>") != std::string::npos || url.front() == '-')
        refuse(path + " is not a clone URL: \"" + url + "\"", hint);
    if (url.front() == '/') return;
    const std::string_view scheme = scheme_of(url);
    if (scheme == "file") {
        if (url.size() > 8 && url[7] == '/') return;
        refuse(path + " is not a clone URL: \"" + url + "\"", hint);
    }
    if (scheme == "https" || scheme == "http" || scheme == "ssh" || scheme == "git") {
        const std::string rest = url.substr(scheme.size() + 3);
        const std::size_t slash = rest.find('/');
        const std::string host = rest.substr(0, slash);
        const std::size_t at = host.rfind('@');
        const bool has_password = at != std::string::npos && host.substr(0, at).find(':') != std::string::npos;
        if (has_password)
            refuse(path + " has a password in it", "Leave it out: murmur adds the user's credentials when it clones.");
        const std::string name = at == std::string::npos ? host : host.substr(at + 1);
        if (!name.empty() && name.front() != '-' && slash != std::string::npos && slash + 1 < rest.size()) return;
        refuse(path + " is not a clone URL: \"" + url + "\"", hint);
    }
    // user@host:path, as scp writes it
    const std::size_t colon = url.find(':');
    const std::size_t at = url.find('@');
    const bool is_scp = scheme.empty() && colon != std::string::npos && at != std::string::npos && at > 0 &&
                        at + 1 < colon && colon + 1 < url.size() && url.find('/') > colon;
    if (!is_scp) refuse(path + " is not a clone URL: \"" + url + "\"", hint);
}

void check_branch(const std::string& branch, const std::string& path) {
    const bool bad = branch.empty() || branch.front() == '-' || branch.front() == '/' || branch.back() == '/' ||
                     branch.back() == '.' || branch == "@" ||
                     branch.find_first_of(" \t\r\n~^:?*[\\\177") != std::string::npos ||
                     branch.find("..") != std::string::npos || branch.find("//") != std::string::npos ||
                     branch.find("@{") != std::string::npos;
    if (bad) refuse(path + " is not the name of a branch: \"" + branch + "\"", "Write it without refs/heads/: main.");
}

void check_secret_name(const std::string& name, const std::string& path) {
    const bool good = !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
                      std::all_of(name.begin(), name.end(),
                                  [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!good) refuse(path + " must match [A-Z][A-Z0-9_]*", "Write the name of a secret, as in NPM_TOKEN.");
    if (name.rfind("MURMUR_", 0) == 0)
        refuse(path + " must not begin with MURMUR_", "Such names belong to murmur itself.");
}

std::string substrate_of(const CatalogLookup& lookup, std::string_view kind, const std::string& name) {
    const std::optional<json::object> body = lookup(kind, name);
    return body ? text_at(*body, "substrate") : std::string();
}

bool has_section_for(const json::object& sections, const std::string& substrate_value) {
    std::string wanted = substrate_value.substr(substrate_value.find('_') + 1);
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    bool has_any = false;
    for (const auto& [name, value] : sections) {
        if (!value.is_object()) continue;
        has_any = true;
        // Google's machines and images go by the name of its compute service; containers run wherever machines do.
        if (name == wanted || (wanted == "gcp" && name == "gce") || name == "docker") return true;
    }
    return !has_any;
}

}
