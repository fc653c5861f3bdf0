#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/turn_end.hpp"

namespace murmur {

namespace {

/// Whether `url` is `name`, or ends in it: "acme/api" of "https://github.com/acme/api.git".
bool is_repository(std::string_view url, std::string_view name) {
    if (url == name) return true;
    const auto strip = [](std::string_view text) {
        while (text.ends_with('/')) text.remove_suffix(1);
        if (text.ends_with(".git")) text.remove_suffix(4);
        return text;
    };
    url = strip(url);
    name = strip(name);
    if (name.empty() || !url.ends_with(name)) return false;
    if (url.size() == name.size()) return true;
    const char before = url[url.size() - name.size() - 1];
    return before == '/' || before == ':';
}

RepoWork& find_repository(Agent& agent, const std::string& name) {
    RepoWork* found = nullptr;
    std::string known;
    for (RepoWork& repo : agent.repos) {
        known += (known.empty() ? "" : ", ") + repo.clone_url;
        if (!is_repository(repo.clone_url, name)) continue;
        if (found)
            throw Error(Errc::invalid_argument, "repository \"" + name + "\" could be several")
                .with_hint("Give its whole URL: one of " + known + ".");
        found = &repo;
    }
    if (!found)
        throw Error(Errc::not_found, quoted_slug(agent) + " does not work on repository \"" + name + "\"")
            .with_hint(known.empty() ? "It has no repository." : "It works on " + known + ".");
    return *found;
}

}

void decide_on(Step& step, const command::SetDequeueStrategy& set) {
    if (step.agent().dequeue_strategy == set.strategy) return;
    step.agent().dequeue_strategy = set.strategy;
    step.note("queue", std::string("strategy ") + boost::describe::enum_to_string(set.strategy, "?"));
}

void decide_on(Step& step, const command::SetOnIdle& set) {
    Agent& agent = step.agent();
    if (agent.on_idle == set.on_idle) return;
    agent.on_idle = set.on_idle;
    step.note("on-idle", on_idle_name(set.on_idle));
    ++agent.idle_count;  // the timer of what it said before means nothing now
    apply_on_idle(step);
}

void decide_on(Step& step, const command::SetConflictResolution& set) {
    Agent& agent = step.agent();
    RepoWork& repo = find_repository(agent, set.repo);
    if (repo.conflict_resolution == set.resolution) return;
    repo.conflict_resolution = set.resolution;
    const std::string name = boost::describe::enum_to_string(set.resolution, "?");
    step.note("queue", "conflict resolution of " + repo.clone_url + ": " + name,
              {{"cloneUrl", repo.clone_url}, {"conflictResolution", name}});
    if (!agent.runner) return;  // the assignment will say it
    const json::object change{{"cloneUrl", repo.clone_url}, {"conflictResolution", name}};
    step.send_to_runner({{"settings", json::object{{"repos", json::array{change}}}}});
}

}
