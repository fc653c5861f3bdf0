#include "cli/spawn_request.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <murmur/settings.hpp>

#include "cli/budget_flags.hpp"

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

json::object budget_of(const LimitSettings& limits) {
    json::object budget;
    if (limits.max_cost > 0) budget["maxCostUsd"] = limits.max_cost;
    if (limits.max_turns > 0) budget["maxTurns"] = limits.max_turns;
    if (limits.max_time.count() > 0) budget["maxTimeMs"] = std::to_string(limits.max_time.count());
    if (limits.max_children > 0) budget["maxChildren"] = limits.max_children;
    return budget;
}

/// What the repository's own configuration wishes for, where nothing else does.
void add_defaults(json::object& request, const RepoConfig& config) {
    json::object defaults;
    set_if_given(defaults, "model", config.model);
    std::string backend = config.backend;
    // The only backend that this repository has settings for is the one that it means.
    if (backend.empty() && config.model.empty() && config.backends.size() == 1)
        backend = config.backends.begin()->first;
    set_if_given(defaults, "backend", backend);
    set_if_given(defaults, "onIdle", config.on_idle);
    set_if_given(defaults, "serviceProfile", config.service_profile);
    if (json::object budget = budget_of(config.limits); !budget.empty()) defaults["budget"] = std::move(budget);
    json::object backends;
    for (const auto& [name, settings] : config.backends)
        if (!settings.empty()) backends[name] = settings;
    if (!backends.empty()) defaults["backends"] = std::move(backends);
    if (!defaults.empty()) request["defaults"] = std::move(defaults);
}

void add_lifetime(json::object& request, const Arguments& args) {
    set_if_given(request, "onIdle", args.get("on-idle"));
    set_if_given(request, "dequeueStrategy", args.get("dequeue-strategy"));
    if (json::object budget = read_budget_flags(args, false); !budget.empty()) request["budget"] = std::move(budget);
    if (!args.has("sleep-after")) return;
    if (const std::string on_idle = args.get("on-idle"); !on_idle.empty() && on_idle != "sleep")
        throw usage_error("--sleep-after and --on-idle " + on_idle + " exclude each other")
            .with_hint("Only an agent with --on-idle sleep falls asleep.");
    try {
        const auto idle = parse_duration(args.get("sleep-after"), "--sleep-after");
        if (idle.count() <= 0) throw usage_error("--sleep-after must be above 0").with_hint("Give a duration: 10m.");
        request["sleepAfterMs"] = std::to_string(idle.count());
    } catch (const Error& error) {
        if (is_usage_error(error)) throw;
        throw usage_error(error.message()).with_hint("Give a duration: --sleep-after 90s, 10m or 1h.");
    }
}

std::string session_mode(const Arguments& args) {
    if (args.has("i")) return "interactive";
    if (args.has("stream")) return "streaming";
    return args.has("resurrect") ? "" : "autonomous";  // one that goes on is as it was
}

void add_workspace(json::object& request, const Arguments& args, const RepoConfig& config) {
    // A child is where its parent is, whatever the repository that they work on declares.
    const char* own_slug = std::getenv("MURMUR_SLUG");
    const bool is_agent = own_slug && *own_slug != '\0';
    set_if_given(request, "workspace", args.has("workspace") || is_agent ? args.get("workspace") : config.workspace);
    if (!args.has("workspace") && request.contains("workspace")) request["workspaceDeclared"] = true;
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
    const std::string clone_url = absolute_clone_url(url, current_dir);
    const bool is_relative = clone_url != url && !url.starts_with('~');
    if (is_relative && !fs::is_directory(clone_url, ignored))
        throw usage_error("--repo \"" + url + "\" is neither a URL nor a directory")
            .with_hint("Write it as https://…, git@host:path, or a path to a repository.");
    json::object repo{{"cloneUrl", clone_url}};
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

SpawnPlan plan_agents(const Arguments& args, const RepoConfig& config, const fs::path& current_dir) {
    SpawnPlan plan;
    json::object& request = plan.request;
    add_workspace(request, args, config);
    const std::optional<GitCheckout> checkout = find_git_checkout(current_dir);
    // These go on with the repositories that the session has worked on; --repo says something else about them.
    const bool has_repos = args.has("resurrect") || args.has("fork-from");
    if (!has_repos || args.has("repo")) add_repos(plan, args, checkout, current_dir);
    set_if_given(request, "model", args.get("model"));
    set_if_given(request, "backend", args.get("backend"));
    set_if_given(request, "persona", args.get("agent"));
    set_if_given(request, "purpose", args.get("purpose"));
    set_if_given(request, "reasoningEffort", args.get("reasoning-effort"));
    set_if_given(request, "serviceProfile", args.get("service-profile"));
    set_if_given(request, "expectedOutput", args.get("out"));
    set_if_given(request, "appendSystemPrompt", args.get("append-system-prompt"));
    set_if_given(request, "substrate", args.get("substrate"));
    set_if_given(request, "sessionMode", session_mode(args));
    set_if_given(request, "forkFrom", args.get("fork-from"));
    add_lifetime(request, args);
    if (const auto& tasks = args.list("task"); !tasks.empty()) {
        if (std::find(tasks.begin(), tasks.end(), "") != tasks.end())
            throw usage_error("--task is empty").with_hint("Say what is to be done: --task \"Write the tests\".");
        request["tasks"] = json::array(tasks.begin(), tasks.end());
    }
    for (const auto& [flag, field] :
         {std::pair{"force-new", "forceNew"}, {"resurrect", "resurrect"}, {"pilot", "pilot"}})
        if (args.has(flag)) request[field] = true;
    json::array environment;
    for (const std::string& text : args.list("e")) environment.push_back(parse_environment_flag(text));
    if (!environment.empty()) request["env"] = std::move(environment);
    set_if_given(request, "gitName", checkout ? checkout->user_name : "");
    set_if_given(request, "gitEmail", checkout ? checkout->user_email : "");
    add_defaults(request, config);
    if (config.fast_mode)
        plan.note +=
            std::string(plan.note.empty() ? "" : "; ") + "fast_mode is not available in this version and is left out";
    return plan;
}

SpawnPlan plan_spawn(const Arguments& args, const RepoConfig& config, const fs::path& current_dir) {
    const std::string& slug = args.positionals[0];
    std::string prompt = args.joined_from(1);
    check_slug(slug);
    // A goal is something to do. One who sits in front of it says what, and one that goes on has its queue.
    const bool may_be_silent = args.has("i") || args.has("resurrect");
    if (prompt.empty() && !may_be_silent) prompt = args.get("purpose");
    if (prompt.empty() && !may_be_silent)
        throw usage_error("the agent has nothing to do")
            .with_hint("Say what it should do: murmur spawn " + slug + " \"…\".");
    SpawnPlan plan = plan_agents(args, config, current_dir);
    plan.request["slug"] = slug;
    plan.request["prompt"] = prompt;
    return plan;
}

}
