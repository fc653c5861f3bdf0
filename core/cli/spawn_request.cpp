#include "cli/spawn_request.hpp"

#include <cctype>
#include <cstdlib>

namespace murmur {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t slug_length_max = 63;

bool is_slug_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string suggest_slug(const std::string& text) {
    std::string slug;
    for (const char c : text) {
        const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (is_slug_character(lower)) {
            slug += lower;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    slug.erase(0, slug.find_first_not_of("0123456789-"));
    if (slug.size() > slug_length_max) slug.resize(slug_length_max);
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

void set_if_given(json::object& request, std::string_view field, const std::string& value) {
    if (!value.empty()) request[field] = value;
}

std::string first_of(std::string one, const std::string& other) { return one.empty() ? other : one; }

void add_repos(SpawnPlan& plan, const Arguments& args, const std::optional<GitCheckout>& checkout,
               const fs::path& current_dir) {
    json::array repos;
    for (const std::string& text : args.list("repo")) repos.push_back(parse_repo_flag(text, current_dir));
    if (repos.empty()) {
        if (!checkout)
            throw Error(Errc::failed_precondition, "\"" + current_dir.string() + "\" is not in a git repository")
                .with_hint("Go to a checkout, or name a repository with --repo URL.");
        if (checkout->origin_url.empty())
            throw Error(Errc::failed_precondition,
                        "\"" + checkout->toplevel.string() + "\" has no remote named \"origin\"")
                .with_hint("An agent clones from there: run git remote add origin URL and git push -u origin " +
                           first_of(checkout->branch, "main") + ", or name another repository with --repo URL.");
        json::object repo{{"cloneUrl", checkout->origin_url}};
        if (checkout->branch_is_on_origin) repo["baseBranch"] = checkout->branch;
        if (!checkout->branch_is_on_origin)
            plan.note = (checkout->branch.empty() ? std::string("HEAD is detached")
                                                  : "branch \"" + checkout->branch + "\" is not on origin") +
                        "; the agent starts from origin's default branch";
        repos.push_back(std::move(repo));
    }
    plan.request["repos"] = std::move(repos);
}

void add_backend(json::object& request, const Arguments& args, const RepoConfig& config) {
    const std::string model = first_of(args.get("model"), config.model);
    std::string backend = first_of(args.get("backend"), args.has("model") ? "" : config.backend);
    // The only backend that this repository has settings for is the one that it means.
    if (backend.empty() && model.empty() && config.backends.size() == 1) backend = config.backends.begin()->first;
    set_if_given(request, "model", model);
    set_if_given(request, "backend", backend);
    if (const auto settings = config.backends.find(backend);
        settings != config.backends.end() && !settings->second.empty())
        request["backendSettings"] = settings->second;
}

}

void check_slug(const std::string& slug) {
    bool is_valid = !slug.empty() && slug.size() <= slug_length_max && slug[0] >= 'a' && slug[0] <= 'z';
    for (const char c : slug) is_valid = is_valid && is_slug_character(c);
    if (is_valid) return;
    const std::string suggestion = suggest_slug(slug);
    const std::string hint =
        suggestion.empty() ? "Begin with a letter, for example \"fix-typo\"." : "For example \"" + suggestion + "\".";
    throw usage_error("slug \"" + slug + "\" must match [a-z][a-z0-9-]{0,62}").with_hint(hint);
}

json::object parse_repo_flag(const std::string& text, const fs::path& current_dir) {
    std::string url = text, base, working;
    std::error_code ignored;  // what cannot be looked at is no directory for us
    const std::size_t equals = fs::is_directory(text, ignored) ? std::string::npos : text.rfind('=');
    if (equals != std::string::npos) {
        url = text.substr(0, equals);
        base = text.substr(equals + 1);
        if (const std::size_t colon = base.find(':'); colon != std::string::npos) {
            working = base.substr(colon + 1);
            base.resize(colon);
        }
    }
    if (url.empty())
        throw usage_error("--repo \"" + text + "\" has no URL")
            .with_hint("Write it as URL, URL=base or URL=base:working.");
    json::object repo{{"cloneUrl", absolute_clone_url(url, current_dir)}};
    set_if_given(repo, "baseBranch", base);
    set_if_given(repo, "workingBranch", working);
    return repo;
}

json::object parse_environment_flag(const std::string& text) {
    const std::string name = text.substr(0, text.find('='));
    bool is_name = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
    for (const char c : name) is_name = is_name && (std::isalnum(static_cast<unsigned char>(c)) || c == '_');
    if (!is_name)
        throw usage_error("-e \"" + name + "\" is not the name of a variable")
            .with_hint("Write it as -e NAME or -e NAME=value.");
    if (name.size() < text.size()) return {{"name", name}, {"value", text.substr(name.size() + 1)}};
    const char* value = std::getenv(name.c_str());
    if (!value)
        throw usage_error("-e " + name + ": the variable is not set")
            .with_hint("Set it, or write -e " + name + "=value.");
    return {{"name", name}, {"value", value}};
}

SpawnPlan plan_spawn(const Arguments& args, const RepoConfig& config, const fs::path& current_dir) {
    SpawnPlan plan;
    json::object& request = plan.request;
    check_slug(args.positionals[0]);
    request["slug"] = args.positionals[0];
    request["prompt"] = args.joined_from(1);
    if (args.get("purpose").empty() && args.joined_from(1).empty())
        throw usage_error("the agent has nothing to do")
            .with_hint("Say what it should do: murmur spawn " + args.positionals[0] + " \"…\".");
    if (!config.service_profile.empty())
        throw Error(Errc::unimplemented, "service_profile is not available in this version")
            .with_hint("Remove it from " + config.files.back().string() + ".");
    set_if_given(request, "workspace", first_of(args.get("workspace"), config.workspace));
    if (!args.has("workspace") && !config.workspace.empty()) request["workspaceDeclared"] = true;
    const std::optional<GitCheckout> checkout = find_git_checkout(current_dir);
    add_repos(plan, args, checkout, current_dir);
    add_backend(request, args, config);
    set_if_given(request, "purpose", args.get("purpose"));
    set_if_given(request, "reasoningEffort", args.get("reasoning-effort"));
    set_if_given(request, "expectedOutput", args.get("out"));
    set_if_given(request, "appendSystemPrompt", args.get("append-system-prompt"));
    set_if_given(request, "onIdle", first_of(args.get("on-idle"), config.on_idle));
    set_if_given(request, "dequeueStrategy", args.get("dequeue-strategy"));
    set_if_given(request, "substrate", args.get("substrate"));
    request["sessionMode"] = "autonomous";
    if (args.has("force-new")) request["forceNew"] = true;
    json::array environment;
    for (const std::string& text : args.list("e")) environment.push_back(parse_environment_flag(text));
    if (!environment.empty()) request["env"] = std::move(environment);
    const std::optional<GitCheckout> identity = checkout ? checkout : std::nullopt;
    set_if_given(request, "gitName", identity ? identity->user_name : "");
    set_if_given(request, "gitEmail", identity ? identity->user_email : "");
    if (config.fast_mode)
        plan.note +=
            std::string(plan.note.empty() ? "" : "; ") + "fast_mode is not available in this version and is left out";
    return plan;
}

}
