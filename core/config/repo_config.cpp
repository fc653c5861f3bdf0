#include "config/repo_config.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "base/paths.hpp"
#include "base/tenant_name.hpp"
#include "config/yaml_reader.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> repo_keys = {"tenant", "workspace",       "model",   "backend", "backends", "fast_mode",
                                            "server", "service_profile", "on_idle", "api",     "limits"};
const std::vector<std::string> on_idle_choices = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"};

bool is_regular(const fs::path& file) {
    std::error_code ignored;  // what cannot be looked at is not there for us
    return fs::is_regular_file(file, ignored);
}

void overlay(std::string& field, const std::optional<std::string>& given) {
    if (given) field = *given;
}

void refuse_foreign_file(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || ::getuid() == 0) return;
    if (status.st_uid != 0 && status.st_uid != ::getuid())
        throw Error(Errc::permission_denied, "\"" + file.string() + "\" belongs to user " + user_name(status.st_uid))
            .with_hint("Someone else could choose what your agents run. Pass --config " + file.string() +
                       " if you trust it.");
}

void overlay_server(RepoConfig& config, const YamlReader& reader, bool is_private) {
    auto server = reader.find_string("server");
    if (const auto api = reader.find_mapping("api")) {
        api->reject_unknown({"address", "ca_cert"});
        if (const auto address = api->find_string("address"); address && !server) server = "https://" + *address;
    }
    if (!server) return;
    config.server = *server;
    config.server_is_private = is_private;
}

std::string read_tenant(const YamlReader& tenant) {
    const auto provider = tenant.find_choice("provider", {"github_app", "github_oauth", "local"});
    if (!provider) throw tenant.error("provider", "is required");
    const std::string org = tenant.get_string("org");
    if (!is_account_name(org)) throw tenant.error("org", "is not the name of an organisation or a user");
    return *provider + "/" + org;
}

void overlay_file(RepoConfig& config, const fs::path& file, bool is_private) {
    const YamlDocument document = YamlDocument::load(file);
    const YamlReader reader(document);
    reader.reject_unknown(repo_keys);
    if (const auto tenant = reader.find_mapping("tenant")) {
        tenant->reject_unknown({"provider", "org"});
        config.tenant = read_tenant(*tenant);
    }
    overlay(config.workspace, reader.find_string("workspace"));
    overlay(config.model, reader.find_string("model"));
    overlay(config.backend, reader.find_string("backend"));
    overlay(config.service_profile, reader.find_string("service_profile"));
    overlay(config.on_idle, reader.find_choice("on_idle", on_idle_choices));
    overlay_server(config, reader, is_private);
    overlay_limits(reader, config.limits);
    config.fast_mode = reader.find_bool("fast_mode").value_or(config.fast_mode);
    if (const auto backends = reader.find_mapping("backends"))
        for (const auto& member : backends->object()) {
            const std::string name(member.key());
            json::object& settings = config.backends[name];
            if (const auto given = backends->find_mapping(name))
                for (const auto& setting : given->object()) settings[setting.key()] = setting.value();
        }
    config.files.push_back(file);
}

std::string shared_name(const std::string& context) {
    return context.empty() ? "murmur.yaml" : "murmur." + context + ".yaml";
}
std::string local_name(const std::string& context) {
    return context.empty() ? "murmur.local.yaml" : "murmur." + context + ".local.yaml";
}

/// The contexts that have a file in a .murmur folder.
std::vector<std::string> contexts_in(const fs::path& folder) {
    std::vector<std::string> contexts;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        std::string name = entry.path().filename().string();
        if (!name.starts_with("murmur.") || !name.ends_with(".yaml")) continue;
        if (name == "murmur.yaml" || name == "murmur.local.yaml") continue;
        name = name.substr(7, name.size() - 12);
        if (name.ends_with(".local")) name.resize(name.size() - 6);
        if (std::find(contexts.begin(), contexts.end(), name) == contexts.end()) contexts.push_back(name);
    }
    std::sort(contexts.begin(), contexts.end());
    return contexts;
}

[[noreturn]] void throw_unknown_context(const std::string& context, const fs::path& folder) {
    const std::vector<std::string> contexts = folder.empty() ? std::vector<std::string>{} : contexts_in(folder);
    std::string hint = did_you_mean(context, contexts);
    if (hint.empty() && !contexts.empty()) {
        hint = "The contexts in " + folder.string() + " are:";
        for (const std::string& name : contexts) hint += (&name == &contexts.front() ? " " : ", ") + name;
        hint += ".";
    }
    if (hint.empty()) hint = "Create .murmur/" + shared_name(context) + ", or leave out the context.";
    throw Error(Errc::not_found, "there is no context \"" + context + "\"").with_hint(hint);
}

}

RepoConfig load_repo_config(const RepoConfigQuery& query) {
    RepoConfig config;
    if (!query.file.empty()) {
        config.root = fs::absolute(query.file).parent_path();
        overlay_file(config, query.file, true);
        return config;
    }
    if (query.context.find('/') != std::string::npos) throw_unknown_context(query.context, {});
    fs::path nearest;  // .murmur with any configuration, to name its contexts
    for (fs::path folder = query.start;; folder = folder.parent_path()) {
        const fs::path here = folder / ".murmur";
        const fs::path shared = here / shared_name(query.context);
        const fs::path local = here / local_name(query.context);
        if (is_regular(shared) || is_regular(local)) {
            config.root = folder;
            for (const fs::path& file : {shared, local}) {
                if (!is_regular(file)) continue;
                refuse_foreign_file(file);
                overlay_file(config, file, file == local);
            }
            return config;
        }
        if (nearest.empty() && !contexts_in(here).empty()) nearest = here;
        if (folder == folder.parent_path()) break;
    }
    if (!query.context.empty()) throw_unknown_context(query.context, nearest);
    return config;
}

}
