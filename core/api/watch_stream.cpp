#include "api/watch_stream.hpp"

#include <murmur/error.hpp>

#include "api/agent_json.hpp"
#include "http/connect_codec.hpp"

namespace murmur {

namespace {
constexpr std::size_t batch_events_max = 256;
// No more is read from the store for a client that has not taken this much yet.
constexpr std::size_t queued_bytes_max = 1 << 20;
}

WatchStream::WatchStream(ApiContext& context, WorkerPool& pool, Log log, const Agent& agent, EventPosition from,
                         bool follow, std::shared_ptr<http::ResponseStream> stream)
    : context_(context),
      pool_(pool),
      log_(log),
      agent_row_(agent.row),
      workflow_id_(agent.id.workflow_id()),
      follow_(follow),
      stream_(std::move(stream)),
      cursor_(from) {}

void WatchStream::start() {
    // The stream owns the watch and not the other way round: when the client goes, both go.
    stream_->on_drained([self = shared_from_this()] { self->wake(); });
    subscription_ = context_.engine.hub().subscribe(agent_row_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->wake();
    });
    wake();
}

void WatchStream::wake() {
    if (wakes_.fetch_add(1) == 0) pool_.post([self = shared_from_this()] { self->pump(); });
}

void WatchStream::pump() {
    const int seen = wakes_.load();
    try {
        if (!ended_ && !stream_->closed()) {
            // Read before the events: if the life had ended by then, its last event is in the store already.
            const auto agent = context_.reader.find_agent(workflow_id_);
            const bool is_over = !follow_ || !agent || is_terminal(agent->phase);
            bool has_more = true;
            while (has_more && stream_->queued_bytes() < queued_bytes_max && !stream_->closed())
                has_more = send_batch();
            if (!has_more && is_over) end();
        }
    } catch (...) {
        const Error error = current_error();
        stream_->write(http::encode_end_of_stream(&error));
        stream_->close();
        ended_ = true;
    }
    if (wakes_.fetch_sub(seen) > seen) pool_.post([self = shared_from_this()] { self->pump(); });
}

bool WatchStream::send_batch() {
    std::string bytes;
    if (log_ == Log::agent) {
        for (const AgentEvent& event : context_.reader.events_after(agent_row_, cursor_, batch_events_max)) {
            bytes += http::encode_envelope(json::object{{"event", agent_event_json(event)}});
            cursor_ = event.position;
        }
    } else {
        for (const SessionLine& line : context_.reader.session_after(agent_row_, cursor_, batch_events_max)) {
            bytes +=
                http::encode_envelope(json::object{{"id", line.position.text()}, {"event", session_event_json(line)}});
            cursor_ = line.position;
        }
    }
    if (bytes.empty()) return false;
    stream_->write(std::move(bytes));
    return true;
}

void WatchStream::end() {
    stream_->write(http::encode_end_of_stream(nullptr));
    stream_->close();
    subscription_.reset();
    ended_ = true;
}

}
