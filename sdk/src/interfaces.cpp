// The out-of-line parts of every interface: one vtable and one typeinfo for host and plugins.

#include "murmur/backend.hpp"
#include "murmur/catalog_kind.hpp"
#include "murmur/error.hpp"
#include "murmur/event_source.hpp"
#include "murmur/flight_trigger.hpp"
#include "murmur/host.hpp"
#include "murmur/plugin.hpp"
#include "murmur/substrate.hpp"

namespace murmur {

Logger::~Logger() = default;
HttpClient::~HttpClient() = default;
HostServices::~HostServices() = default;
Registrar::~Registrar() = default;
EventSink::~EventSink() = default;
EventSource::~EventSource() = default;
FlightTrigger::~FlightTrigger() = default;
CatalogKind::~CatalogKind() = default;
Backend::~Backend() = default;
BackendSession::~BackendSession() = default;
Substrate::~Substrate() = default;
TriggerMatcher::~TriggerMatcher() = default;

void CatalogKind::validate(const json::object&) const {}
void CatalogKind::validate_with(const json::object&, const CatalogLookup&) const {}
bool TriggerMatcher::match(const ExternalEvent&) const { return false; }
std::optional<TimePoint> TriggerMatcher::next_fire(TimePoint) const { return std::nullopt; }

BackendCapabilities Backend::session_capabilities(const SessionSpec&) const { return capabilities(); }
std::vector<std::string> Backend::session_files(const SessionSpec&) const { return {}; }
std::string Backend::restored_path(const std::string& path, const SessionSpec&) const { return path; }

Translation BackendSession::deliver(const std::vector<UserMessage>&) {
    throw Error(Errc::unimplemented, "this backend takes messages only as the start of a turn");
}

Translation BackendSession::on_quiet() {
    return {.turn_ended = TurnResult{.success = true, .stop_reason = "end_turn", .response = ""}};
}

void Substrate::suspend(const MachineHandle&, const Call&) {
    throw Error(Errc::unimplemented, "this substrate cannot suspend machines");
}
void Substrate::resume(const MachineHandle&, const Call&) {
    throw Error(Errc::unimplemented, "this substrate cannot resume machines");
}
MachineHandle Substrate::restart(const MachineHandle&, const MachineSpec&, const Call&) {
    throw Error(Errc::unimplemented, "this substrate cannot start a runner on a machine a second time");
}
ExecResult Substrate::exec(const MachineHandle&, const std::vector<std::string>&, const Call&) {
    throw Error(Errc::unimplemented, "this substrate cannot run programs on machines");
}
AttachCommand Substrate::attach_command(const MachineHandle&, const std::vector<std::string>&, const Call&) {
    throw Error(Errc::unimplemented, "this substrate cannot connect a terminal with its machines");
}

CatalogContribution Substrate::catalog() const { return {}; }

std::string_view machine_state_name(MachineState state) {
    switch (state) {
        case MachineState::starting: return "starting";
        case MachineState::running: return "running";
        case MachineState::suspended: return "stopped";
        case MachineState::gone: return "gone";
    }
    return "unknown";
}

namespace {
constexpr std::pair<SessionEventKind, std::string_view> event_kind_names[] = {
    {SessionEventKind::session_start, "SESSION_START"},
    {SessionEventKind::session_end, "SESSION_END"},
    {SessionEventKind::assistant_text, "ASSISTANT_TEXT"},
    {SessionEventKind::user_text, "USER_TEXT"},
    {SessionEventKind::tool_use, "TOOL_USE"},
    {SessionEventKind::tool_result, "TOOL_RESULT"},
    {SessionEventKind::turn_complete, "TURN_COMPLETE"},
    {SessionEventKind::error, "ERROR"},
    {SessionEventKind::cost, "COST"},
    {SessionEventKind::pr_link, "PR_LINK"},
    {SessionEventKind::standard_error, "STDERR"},
};
}

std::string_view session_event_kind_name(SessionEventKind kind) {
    for (const auto& [value, name] : event_kind_names)
        if (value == kind) return name;
    return "ERROR";
}

std::optional<SessionEventKind> session_event_kind_from_name(std::string_view name) {
    for (const auto& [value, text] : event_kind_names)
        if (text == name) return value;
    return std::nullopt;
}

}
