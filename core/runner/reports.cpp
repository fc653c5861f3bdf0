#include "runner/reports.hpp"

namespace murmur::runner {

namespace {

json::object wrap(const char* name, json::object fields) { return {{name, std::move(fields)}}; }

json::array to_array(const std::vector<std::string>& texts) {
    json::array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

json::array ids_of(const std::vector<UserMessage>& messages) {
    json::array ids;
    for (const UserMessage& message : messages) ids.emplace_back(message.id);
    return ids;
}

std::string joined_texts(const std::vector<UserMessage>& messages) {
    std::string text;
    for (const UserMessage& message : messages) text += (text.empty() ? "" : "\n\n") + message.text;
    return text;
}

json::object error_fact(const Error& error) {
    return {{"code", errc_name(error.code())},
            {"message", error.message()},
            {"hint", error.hint()},
            {"context", to_array(error.context())}};
}

/// The length of the UTF-8 character that begins at `text[at]`; 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned first = byte(at), second = byte(at + 1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(at + 1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second > 0x9F;
        return follows(at + 1) && follows(at + 2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool outside = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
        return follows(at + 1) && follows(at + 2) && follows(at + 3) && !outside ? 4 : 0;
    }
    return 0;
}

}

std::string replace_invalid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
        } else {
            out.append(text, at, length);
            at += length;
        }
    }
    return out;
}

std::string cut_text(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
    text.resize(bytes_max);
    return text + "…";
}

namespace reports {

json::object preparing(const std::string& step, const std::string& detail) {
    return wrap("preparing", {{"step", step}, {"detail", detail}});
}

json::object session_started(const SessionStart& start) {
    json::object fields = {{"backend", start.backend}, {"sessionId", start.session_id}, {"resumed", start.resumed}};
    if (!start.delivered.empty()) fields["delivered"] = to_array(start.delivered);
    return wrap("sessionStarted", std::move(fields));
}

json::object messages_taken(std::int64_t turn, const std::vector<UserMessage>& messages) {
    return wrap("messagesTaken", {{"turn", turn}, {"messageIds", ids_of(messages)}, {"text", joined_texts(messages)}});
}

json::object session_event(const SessionEvent& event) {
    json::object fields = {{"kind", session_event_kind_name(event.kind)}, {"text", event.text}};
    if (!event.data.empty()) fields["data"] = event.data;
    if (event.cost_usd != 0) fields["costUsd"] = event.cost_usd;
    if (event.cost_estimated) fields["costEstimated"] = true;
    if (!event.parent.empty()) fields["parent"] = event.parent;
    return wrap("sessionEvent", std::move(fields));
}

json::object turn_started(std::int64_t turn, const std::vector<UserMessage>& messages, std::int64_t pid) {
    return wrap("turnStarted",
                {{"turn", turn}, {"messageIds", ids_of(messages)}, {"text", joined_texts(messages)}, {"pid", pid}});
}

json::object turn_ended(const TurnFacts& facts, const TurnResult& result) {
    return wrap("turnEnded", {{"turn", facts.turn},
                              {"success", result.success},
                              {"stopReason", result.stop_reason},
                              {"response", result.response},
                              {"exitCode", facts.exit.code},
                              {"signal", facts.exit.signal},
                              {"stderrTail", facts.stderr_tail}});
}

json::object commits(const std::string& clone_url, const std::vector<git::CommitFact>& commits) {
    json::array list;
    for (const git::CommitFact& commit : commits) {
        json::array files;
        for (const std::string& file : commit.files) files.emplace_back(file);
        list.push_back(json::object{{"sha", commit.sha}, {"subject", commit.subject}, {"files", std::move(files)}});
    }
    return wrap("commits", {{"cloneUrl", clone_url}, {"commits", std::move(list)}});
}

json::object pushed(const std::string& clone_url, const std::string& branch, const std::string& sha) {
    return wrap("pushed", {{"cloneUrl", clone_url}, {"branch", branch}, {"sha", sha}});
}

json::object push_failed(const std::string& clone_url, const std::string& branch, const Error& error) {
    return wrap("pushFailed",
                {{"cloneUrl", clone_url}, {"branch", branch}, {"message", error.message()}, {"hint", error.hint()}});
}

json::object checkpoint(const json::object& data) { return wrap("checkpoint", {{"data", data}}); }

json::object snapshot(json::object manifest) { return wrap("snapshot", std::move(manifest)); }

json::object save_failed(const Error& error) {
    return wrap("saveFailed", {{"message", error.message()}, {"hint", error.hint()}});
}

json::object session_ended(const SessionOutcome& outcome, bool saved, const std::vector<std::string>& delivered) {
    json::object fields = {{"outcome", outcome.error ? "failed" : "completed"},
                           {"exitCode", outcome.exit.code},
                           {"signal", outcome.exit.signal},
                           {"stderrTail", outcome.stderr_tail}};
    if (outcome.error) fields["error"] = error_fact(*outcome.error);
    fields["saved"] = saved;
    if (!delivered.empty()) fields["delivered"] = to_array(delivered);
    return wrap("sessionEnded", std::move(fields));
}

json::object assessed(const Assessment& assessment) {
    json::object fields = {{"round", assessment.round}, {"answer", assessment.answer}};
    if (assessment.error) fields["error"] = error_fact(*assessment.error);
    if (assessment.cost_usd != 0) fields["costUsd"] = assessment.cost_usd;
    if (assessment.cost_estimated) fields["costEstimated"] = true;
    return wrap("assessed", std::move(fields));
}

json::object base_moved(const std::string& clone_url, const std::string& base_branch, const git::BaseMove& move) {
    using Result = git::BaseMove::Result;
    const char* result = move.result == Result::merged     ? "merged"
                         : move.result == Result::rebased  ? "rebased"
                         : move.result == Result::conflict ? "conflict"
                                                           : "skipped";
    json::object fields = {{"cloneUrl", clone_url}, {"baseBranch", base_branch}, {"result", result}, {"sha", move.sha}};
    if (!move.files.empty()) fields["files"] = to_array(move.files);
    return wrap("baseMoved", std::move(fields));
}

}

}
