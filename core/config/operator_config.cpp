#include "config/operator_config.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/paths.hpp"
#include "base/tenant_name.hpp"
#include "config/yaml_reader.hpp"

namespace murmur {

namespace {

const std::vector<std::string> operator_keys = {"listen",
                                                "runtime_dir",
                                                "state_dir",
                                                "plugin_dirs",
                                                "plugins",
                                                "plugin_allow",
                                                "log_level",
                                                "exit_when_idle",
                                                "default_backend",
                                                "default_substrate",
                                                "lease",
                                                "sleep_after",
                                                "tokens",
                                                "max_agents",
                                                "secrets",
                                                "max_depth",
                                                "max_children",
                                                "snapshot_retention",
                                                "base_check_interval"};

// A runner renews its lease three times in that span; below a second, scheduling delays alone would end it.
constexpr std::chrono::milliseconds lease_least = std::chrono::seconds(1);
constexpr int max_agents_most = 1'000'000;
// A deeper tree is a loop of agents that spawn agents; and a parent is told of every change of each child.
constexpr int max_depth_most = 16;
constexpr int max_children_most = 10'000;

std::filesystem::path operator_path(const std::string& text, const std::filesystem::path& base) {
    if (text.empty()) return {};
    if (text.starts_with("~/")) return home_dir() / text.substr(2);
    const std::filesystem::path path(text);
    return path.is_absolute() ? path : (base / path).lexically_normal();
}

std::string read_sha256(const YamlReader& entry) {
    const std::string text = entry.get_string("sha256");
    const bool is_hash = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash)
        throw entry.error("sha256", "must be 64 lower-case hexadecimal digits").with_hint("sha256sum prints it.");
    return text;
}

std::string read_listen(const YamlReader& reader) {
    const std::string text = reader.find_string("listen").value_or("");
    if (text.empty()) return text;
    const std::size_t colon = text.rfind(':');
    unsigned port = 65536;
    if (colon != std::string::npos && colon > 0) {
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
        if (parsed.ec != std::errc() || parsed.ptr != end) port = 65536;
    }
    if (port > 65535)
        throw reader.error("listen", "is \"" + text + "\", which is not an address and a port")
            .with_hint("Write it as host:port, for example \"127.0.0.1:8620\".");
    return text;
}

std::chrono::milliseconds at_least(const YamlReader& reader, std::string_view name, std::chrono::milliseconds least,
                                   std::chrono::milliseconds fallback) {
    const auto duration = reader.find_duration(name);
    if (duration && *duration < least)
        throw reader.error(name, "must be at least " + std::to_string(least.count()) + "ms");
    return duration.value_or(fallback);
}

LogLevel read_log_level(const YamlReader& reader) {
    const std::string word = reader.find_choice("log_level", {"debug", "info", "warning", "error"}).value_or("info");
    if (word == "debug") return LogLevel::debug;
    if (word == "warning") return LogLevel::warning;
    return word == "error" ? LogLevel::error : LogLevel::info;
}

void read_plugins(const YamlReader& reader, OperatorConfig& config) {
    if (const auto plugins = reader.find_mapping("plugins"))
        for (const auto& member : plugins->object()) {
            const std::string name(member.key());
            const auto settings = plugins->find_mapping(name);
            config.plugin_settings[name] = settings ? settings->object() : json::object();
        }
    if (const auto entries = reader.find_mappings("plugin_allow")) {
        config.plugin_allow.emplace();
        for (const YamlReader& entry : *entries) {
            entry.reject_unknown({"name", "sha256"});
            config.plugin_allow->push_back({entry.get_string("name"), read_sha256(entry)});
        }
    }
}

OperatorConfig::Token read_token(const YamlReader& entry) {
    entry.reject_unknown({"account", "service_profile", "sha256", "tenant", "admin"});
    OperatorConfig::Token token;
    token.service_profile = entry.find_string("service_profile").value_or("");
    token.account =
        token.service_profile.empty() ? entry.get_string("account") : entry.find_string("account").value_or("");
    token.admin = entry.find_bool("admin").value_or(false);
    if (!token.account.empty() && !token.service_profile.empty())
        throw entry.error("account", "and service_profile exclude each other")
            .with_hint("A token is that of an account or of a service profile.");
    const char* named_by = token.account.empty() ? "service_profile" : "account";
    if (!is_account_name(token.account + token.service_profile))
        throw entry.error(named_by, "may have letters, digits, '-', '_', '.', '[' and ']', at most 64");
    if (token.admin && token.account.empty())
        throw entry.error("admin", "is for accounts alone")
            .with_hint("Give a service profile what it needs with a tenant-binding.");
    token.sha256 = read_sha256(entry);
    token.tenant = entry.find_string("tenant").value_or("");
    if (!token.tenant.empty() && !find_tenant_name(token.tenant))
        throw entry.error("tenant", "must be github_app/<org>, github_oauth/<user> or local/<user>");
    return token;
}

void read_tokens(const YamlReader& reader, OperatorConfig& config) {
    const auto entries = reader.find_mappings("tokens");
    for (const YamlReader& entry : entries.value_or(std::vector<YamlReader>{}))
        config.tokens.push_back(read_token(entry));
    if (!config.listen_tcp.empty() && config.tokens.empty())
        throw reader.error("listen", "needs at least one entry in tokens, else nobody could use it")
            .with_hint(
                "Add \"tokens: [{account: NAME, sha256: HASH}]\", where HASH is the sha256sum of the bearer token.");
}

std::filesystem::path read_key_file_setting(const YamlReader& reader, const std::filesystem::path& base) {
    const auto secrets = reader.find_mapping("secrets");
    if (!secrets) return {};
    secrets->reject_unknown({"key_file"});
    const std::string text = secrets->find_string("key_file").value_or("");
    return operator_path(text, base);
}

void refuse_writable_by_everyone(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IWOTH))
        throw Error(Errc::permission_denied, "everyone may write to \"" + file.string() + "\"")
            .with_hint("It decides which plugins are loaded: run chmod o-w " + file.string() + ".");
}

bool is_there(const std::filesystem::path& file) {
    std::error_code ignored;  // what cannot be looked at is reported when it is read
    return std::filesystem::exists(file, ignored);
}

}

OperatorConfig load_operator_config(const std::filesystem::path& file) {
    refuse_writable_by_everyone(file);
    const YamlDocument document = YamlDocument::load(file);
    const YamlReader reader(document);
    reader.reject_unknown(operator_keys);
    const std::filesystem::path base = std::filesystem::absolute(file).parent_path();

    OperatorConfig config;
    config.listen_tcp = read_listen(reader);
    config.runtime_dir = operator_path(reader.find_string("runtime_dir").value_or(""), base);
    config.state_dir = operator_path(reader.find_string("state_dir").value_or(""), base);
    for (const std::string& dir : reader.find_strings("plugin_dirs"))
        config.plugin_dirs.push_back(operator_path(dir, base));
    read_plugins(reader, config);
    config.log_level = read_log_level(reader);
    config.exit_when_idle = reader.find_duration("exit_when_idle");
    config.default_backend = reader.find_string("default_backend").value_or(config.default_backend);
    config.default_substrate = reader.find_string("default_substrate").value_or(config.default_substrate);
    config.lease = at_least(reader, "lease", lease_least, config.lease);
    config.sleep_after = at_least(reader, "sleep_after", std::chrono::milliseconds(0), config.sleep_after);
    read_tokens(reader, config);
    config.max_agents = static_cast<int>(reader.find_int("max_agents", 1, max_agents_most).value_or(config.max_agents));
    config.max_depth = static_cast<int>(reader.find_int("max_depth", 1, max_depth_most).value_or(config.max_depth));
    config.max_children =
        static_cast<int>(reader.find_int("max_children", 0, max_children_most).value_or(config.max_children));
    config.snapshot_retention =
        at_least(reader, "snapshot_retention", std::chrono::milliseconds(0), config.snapshot_retention);
    config.base_check_interval =
        at_least(reader, "base_check_interval", std::chrono::milliseconds(0), config.base_check_interval);
    config.secrets_key_file = read_key_file_setting(reader, base);
    return config;
}

std::optional<std::filesystem::path> find_operator_config() {
    if (const char* chosen = std::getenv("MURMURD_CONFIG"); chosen && *chosen) {
        if (!is_there(chosen))
            throw Error(Errc::not_found, std::string("MURMURD_CONFIG names \"") + chosen + "\", which does not exist")
                .with_hint("Unset MURMURD_CONFIG, or create the file.");
        return chosen;
    }
    const char* xdg = std::getenv("XDG_CONFIG_HOME");
    std::vector<std::filesystem::path> places;
    if (xdg && *xdg) {
        places.emplace_back(std::filesystem::path(xdg) / "murmur/murmurd.yaml");
    } else {
        places.emplace_back(home_dir() / ".config/murmur/murmurd.yaml");
    }
    places.emplace_back("/etc/murmur/murmurd.yaml");
    for (const auto& place : places)
        if (is_there(place)) return place;
    return std::nullopt;
}

}
