#include <algorithm>

#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/turn_end.hpp"

namespace murmur {

namespace {

// What an agent says may have any number of links that look like one.
constexpr std::size_t pull_requests_kept = 200;

template <class Enum>
std::string lower_name(Enum value) {
    return boost::describe::enum_to_string(value, "?");
}

std::string describe(const PullRequest& pr) {
    std::string text = pr.url + ": " + lower_name(pr.state);
    if (pr.checks != ChecksState::none) text += ", checks " + lower_name(pr.checks);
    return text;
}

}

void decide_on(Step& step, const command::ReportPullRequest& report) {
    Agent& agent = step.agent();
    if (report.url.empty()) throw Error(Errc::invalid_argument, "the pull request's URL is required");
    auto found = std::find_if(agent.pull_requests.begin(), agent.pull_requests.end(),
                              [&](const PullRequest& pr) { return pr.url == report.url; });
    const bool is_new = found == agent.pull_requests.end();
    PullRequest& pr = is_new ? add_pull_request(agent, {.url = report.url, .title = {}}) : *found;
    const PullRequest before = pr;
    if (!report.title.empty()) pr.title = report.title;
    pr.state = report.state.value_or(pr.state);
    pr.checks = report.checks.value_or(pr.checks);
    const bool is_same = before.title == pr.title && before.state == pr.state && before.checks == pr.checks;
    if (is_same && !is_new) return;
    step.note("pr", describe(pr),
              {{"url", pr.url}, {"state", lower_name(pr.state)}, {"checks", lower_name(pr.checks)}});
    review_rest(step);
}

PullRequest& add_pull_request(Agent& agent, PullRequest pr) {
    std::vector<PullRequest>& known = agent.pull_requests;
    if (known.size() >= pull_requests_kept) {
        const auto resolved = std::find_if(
            known.begin(), known.end(), [](const PullRequest& other) { return other.state != PullRequestState::open; });
        known.erase(resolved == known.end() ? known.begin() : resolved);
    }
    return known.emplace_back(std::move(pr));
}

bool has_pending_checks(const Agent& agent) {
    return std::any_of(agent.pull_requests.begin(), agent.pull_requests.end(), [](const PullRequest& pr) {
        return pr.state == PullRequestState::open && pr.checks == ChecksState::pending;
    });
}

bool are_prs_resolved(const Agent& agent) {
    return !agent.pull_requests.empty() &&
           std::none_of(agent.pull_requests.begin(), agent.pull_requests.end(),
                        [](const PullRequest& pr) { return pr.state == PullRequestState::open; });
}

void review_rest(Step& step) {
    Agent& agent = step.agent();
    if (agent.phase == Phase::checks_pending && !has_pending_checks(agent)) return settle(step);
    if (agent.phase == Phase::task_complete && is_waiting(agent) && has_pending_checks(agent)) {
        ++agent.idle_count;
        return step.set_phase(Phase::checks_pending);
    }
    const bool rests =
        agent.phase == Phase::task_complete || agent.phase == Phase::idle || agent.phase == Phase::sleeping;
    if (rests && agent.on_idle == OnIdle::terminate_when_prs_resolved) apply_on_idle(step);
}

}
