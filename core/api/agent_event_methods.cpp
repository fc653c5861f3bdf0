#include "api/agent_event_methods.hpp"

#include <boost/mp11/algorithm.hpp>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "api/agent_lookup.hpp"
#include "base/ids.hpp"

namespace murmur {

namespace {

// As long as any that a browser takes.
constexpr std::size_t url_bytes_max = 2048;
constexpr std::size_t title_bytes_max = 1024;

/// An absent field is nothing: what it says stays as it was.
template <class Enum>
std::optional<Enum> find_enum(const FieldReader& request, std::string_view name) {
    const std::string text = request.get_string(name, "");
    if (text.empty()) return std::nullopt;
    Enum value;
    if (boost::describe::enum_from_string(text.c_str(), value)) return value;
    std::vector<std::string> known;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto enumerator) { known.emplace_back(enumerator.name); });
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    const std::string nearest = did_you_mean(text, known);
    throw Error(Errc::invalid_argument, "unknown " + std::string(name) + " \"" + text + "\" of a pull request")
        .with_hint(nearest.empty() ? "Use one of " + list + "." : nearest);
}

std::string short_text(const FieldReader& request, std::string_view name, std::size_t bytes_max) {
    std::string text = request.get_string(name, "");
    if (text.size() > bytes_max)
        throw Error(Errc::invalid_argument, request.path_of(name) + " of " + std::to_string(text.size()) +
                                                " bytes is longer than " + std::to_string(bytes_max));
    return text;
}

}

json::object notify_agent(ApiContext& context, const Agent& agent, const FieldReader& request) {
    command::AddFollowUp notify;
    notify.request_id = read_request_id(request);
    notify.message_id = "n-" + (notify.request_id.empty() ? random_hex(6) : notify.request_id);
    notify.text = request.get_string("message", "");
    notify.source = "notify";
    context.engine.execute(agent.id.workflow_id(), std::move(notify));
    return {};
}

json::object report_pull_request(ApiContext& context, const Agent& agent, const FieldReader& request) {
    command::ReportPullRequest report;
    report.url = short_text(request, "url", url_bytes_max);
    if (!report.url.starts_with("https://") && !report.url.starts_with("http://"))
        throw Error(Errc::invalid_argument, "url \"" + report.url + "\" is not that of a pull request")
            .with_hint("Give it whole: https://github.com/acme/api/pull/12");
    report.title = short_text(request, "title", title_bytes_max);
    report.state = find_enum<PullRequestState>(request, "state");
    report.checks = find_enum<ChecksState>(request, "checks");
    context.engine.execute(agent.id.workflow_id(), std::move(report));
    return {};
}

}
