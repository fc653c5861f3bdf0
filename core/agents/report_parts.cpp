#include "agents/report_parts.hpp"

namespace murmur {

namespace {

constexpr std::size_t progress_bytes_max = 160;

}

std::string cut(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
    return text.substr(0, bytes_max) + "…";
}

std::string one_line(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return {};
    return cut(text.substr(begin, text.find('\n', begin) - begin), progress_bytes_max);
}

void set_progress(Step& step, std::string label, const std::string& text) {
    step.agent().progress_label = std::move(label);
    step.agent().progress = one_line(text);
    step.agent().progress_at = step.now();
}

void note_session_line(Step& step, std::string kind, std::string text, TimePoint at) {
    SessionLine line;
    line.at = at;
    line.kind = std::move(kind);
    line.text = std::move(text);
    step.note_session(std::move(line));
}

void forget_reason(Agent& agent) {
    if (agent.recovery.save_failed || agent.recovery.push_failed) return;
    agent.reason.clear();
    agent.hint.clear();
}

}
