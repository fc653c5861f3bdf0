#include "session_places.hpp"

#include <algorithm>
#include <murmur/settings.hpp>
#include <optional>

namespace murmur::command_backend {

namespace {

constexpr const char* place_mark = "{place}";
constexpr const char* session_mark = "{session_id}";
constexpr const char* user_home = "~/";

/// As Claude Code names the folder of a project; locale has no say in it.
std::string place_of(const std::string& directory) {
    std::string out = directory;
    for (char& c : out)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '-';
    return out;
}

void fill_in(std::string& text, const std::string& mark, const std::string& value) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
        text.replace(at, mark.size(), value);
}

std::string without_home(const std::string& path) {
    return path.starts_with(user_home) ? path.substr(std::string(user_home).size()) : path;
}

/// The path with the part that a pattern has as {place} replaced; nothing when it does not fit the pattern.
std::optional<std::string> moved(const std::string& pattern, const std::string& path, const std::string& place) {
    const std::size_t begin = pattern.find(place_mark);
    if (begin == std::string::npos || !path.starts_with(pattern.substr(0, begin))) return std::nullopt;
    const std::size_t end = path.find('/', begin);
    if (end == std::string::npos) return std::nullopt;
    return path.substr(0, begin) + place + path.substr(end);
}

}

std::string forked_session(const SessionSpec& spec) {
    const std::string session = FieldReader(spec.checkpoint, "checkpoint").get_string("session", "");
    return session == spec.session_id ? "" : session;
}

std::vector<std::string> session_places(const CommandPlan& plan, const SessionSpec& spec) {
    std::vector<std::string> sessions = {spec.session_id};
    // In the user's home the other session's files are the other agent's to keep.
    if (const std::string other = forked_session(spec); !other.empty() && !plan.user_home) sessions.push_back(other);
    std::vector<std::string> out;
    for (const std::string& session : sessions)
        for (std::string pattern : plan.preset.session_files) {
            fill_in(pattern, session_mark, session);
            fill_in(pattern, place_mark, place_of(spec.working_directory));
            if (plan.user_home) pattern.insert(0, user_home);
            if (std::find(out.begin(), out.end(), pattern) == out.end()) out.push_back(std::move(pattern));
        }
    return out;
}

std::string restored_place(const CommandPlan& plan, const SessionSpec& spec, const std::string& path) {
    std::string out = without_home(path);
    for (const std::string& pattern : plan.preset.session_files)
        if (auto there = moved(pattern, out, place_of(spec.working_directory))) {
            out = std::move(*there);
            break;
        }
    if (const std::string other = forked_session(spec); !other.empty() && plan.preset.fork.empty())
        fill_in(out, other, spec.session_id);
    return (plan.user_home ? user_home : "") + out;
}

}
