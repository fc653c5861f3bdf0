#pragma once

#include <murmur/json.hpp>
#include <string>

#include "agents/step.hpp"

namespace murmur {

// The parts of a runner's report, and what their decisions share; see share/proto/murmur/runner/v1/runner.proto.

// What is kept of one text of the session.
inline constexpr std::size_t text_bytes_max = 64 << 10;
/// Of what a status says of why.
inline constexpr std::size_t reason_bytes_max = 4 << 10;

/// At most so many bytes, not within a character, with "…" for the rest.
std::string cut(std::string text, std::size_t bytes_max);
/// The first line that is not empty, shortened for `murmur ls`.
std::string one_line(const std::string& text);
void set_progress(Step& step, std::string label, const std::string& text);
/// Into the session's stream, of what the host knows without the backend.
void note_session_line(Step& step, std::string kind, std::string text, TimePoint at);

/// What the status said of how the last turn ended is over. What keeps the work from being safe is told on.
void forget_reason(Agent& agent);

// These also stand in the session's stream, whatever the backend says of itself; `at` is the runner's time.
void on_session_started(Step& step, const FieldReader& started, TimePoint at);
void on_session_ended(Step& step, const FieldReader& ended, TimePoint at);
void on_snapshot(Step& step, const json::object& manifest, const FieldReader& snapshot);
void on_save_failed(Step& step, const FieldReader& failed);
void on_base_moved(Step& step, const FieldReader& moved);
void on_turn_started(Step& step, const FieldReader& turn, TimePoint at);
/// Messages that were sent while a turn ran, and that it has taken in.
void on_messages_taken(Step& step, const FieldReader& taken, TimePoint at);
void on_turn_ended(Step& step, const FieldReader& turn);

}
