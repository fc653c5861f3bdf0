#include "runner/report_buffer.hpp"

#include <algorithm>

#include "runner/reports.hpp"

namespace murmur::runner {

namespace {

constexpr std::size_t frame_bytes_max = 256 << 10;    // far below what the server takes for one message
constexpr std::size_t in_flight_bytes_max = 4 << 20;  // not acknowledged yet: they can no longer be dropped

}

void ReportBuffer::add(json::object body, std::int64_t at_ms) {
    const bool may_drop = body.contains("sessionEvent");
    body["at"] = at_ms;
    std::string fields = replace_invalid_utf8(json::serialize(body)).substr(1);
    bytes_ += fields.size();
    waiting_.push_back({0, std::move(fields), may_drop});
    if (bytes_ > bytes_max_) make_room();
}

void ReportBuffer::make_room() {
    // To three quarters, so that the search is not repeated for every line of a flood.
    const std::size_t wanted = bytes_max_ / 4 * 3;
    std::deque<Entry> kept;
    for (Entry& entry : waiting_) {
        if (bytes_ > wanted && entry.may_drop) {
            bytes_ -= entry.fields.size();
            if (dropped_ == 0) kept.push_back({-1, "", false});  // the marker's place
            ++dropped_;
        } else {
            kept.push_back(std::move(entry));
        }
    }
    waiting_ = std::move(kept);
}

std::string ReportBuffer::marker_fields() const {
    SessionEvent event{.kind = SessionEventKind::error,
                       .text = std::to_string(dropped_) +
                               " session events were dropped: the control plane could not be reached for too long"};
    event.data["droppedEvents"] = dropped_;
    return json::serialize(reports::session_event(event)).substr(1);
}

void ReportBuffer::number_next() {
    Entry entry = std::move(waiting_.front());
    waiting_.pop_front();
    if (entry.seq < 0) {
        entry.fields = marker_fields();
        bytes_ += entry.fields.size();
        dropped_ = 0;
    }
    entry.seq = next_seq_++;
    in_flight_bytes_ += entry.fields.size();
    numbered_.push_back(std::move(entry));
}

bool ReportBuffer::has_unsent() const {
    return sent_on_connection_ < numbered_.size() || (!waiting_.empty() && in_flight_bytes_ < in_flight_bytes_max);
}

std::string ReportBuffer::next_frame() {
    std::string frame;
    while (has_unsent() && frame.size() < frame_bytes_max) {
        if (sent_on_connection_ == numbered_.size()) number_next();
        const Entry& entry = numbered_[sent_on_connection_++];
        frame += frame.empty() ? R"({"reports":[)" : ",";
        frame += R"({"seq":)" + std::to_string(entry.seq) + "," + entry.fields;
    }
    return frame.empty() ? frame : frame + "]}";
}

void ReportBuffer::acknowledge(std::int64_t seq) {
    while (!numbered_.empty() && numbered_.front().seq <= seq) {
        const std::size_t size = numbered_.front().fields.size();
        bytes_ -= size;
        in_flight_bytes_ -= size;
        numbered_.pop_front();
        if (sent_on_connection_ > 0) --sent_on_connection_;
    }
    acknowledged_ = std::max(acknowledged_, seq);
}

}
