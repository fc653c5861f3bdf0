#pragma once

#include <cstdint>
#include <deque>
#include <murmur/json.hpp>
#include <string>

namespace murmur::runner {

/// Reports that the control plane has not acknowledged: numbered when they are first sent, kept until acknowledged.
///
/// Bounded: beyond the limit the texts of session events that were never sent give way, oldest first, and one event in
/// their place says how many are missing. Turns, commits, pushes and ends are always kept.
class ReportBuffer {
public:
    explicit ReportBuffer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void add(json::object body, std::int64_t at_ms);
    /// The reports that may be sent now and have not been sent on this connection, as one frame; empty when none.
    std::string next_frame();
    /// Everything up to `seq` is durable.
    void acknowledge(std::int64_t seq);
    /// A new connection: what is numbered and not acknowledged is sent again.
    void rewind() { sent_on_connection_ = 0; }

    bool has_unsent() const;
    bool empty() const { return numbered_.empty() && waiting_.empty(); }
    std::size_t bytes() const { return bytes_; }
    std::int64_t last_acknowledged() const { return acknowledged_; }

private:
    struct Entry {
        std::int64_t seq = 0;
        std::string fields;     ///< the report's JSON after "seq", with the closing brace
        bool may_drop = false;  ///< the text of a session event
    };
    void number_next();
    void make_room();
    std::string marker_fields() const;

    std::size_t bytes_max_;
    std::deque<Entry> numbered_;  ///< sent at least once
    std::deque<Entry> waiting_;
    std::size_t sent_on_connection_ = 0;  ///< how many of numbered_
    std::size_t in_flight_bytes_ = 0;
    std::size_t bytes_ = 0;
    std::int64_t next_seq_ = 1;
    std::int64_t acknowledged_ = 0;
    std::int64_t dropped_ = 0;  ///< stands for these: the marker, the first of waiting_ that is one
    std::int64_t dropped_at_ms_ = 0;
};

}
