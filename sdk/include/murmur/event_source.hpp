#pragma once

#include <string>

#include "murmur/call.hpp"
#include "murmur/clock.hpp"
#include "murmur/export.hpp"
#include "murmur/json.hpp"

namespace murmur {

/// Something that happened outside: a comment, a review, a finished check, a message.
struct ExternalEvent {
    std::string delivery_id;   ///< the source's own id; a second event with it is dropped
    std::string semantic_key;  ///< the same happening told by two routes has the same key; may be empty
    std::string type;          ///< pr_comment, pr_review, ci_result, file_changed, notify, …
    std::string repository;    ///< clone URL; may be empty
    std::string branch;        ///< what events are routed by; may be empty
    TimePoint occurred_at;
    std::string text;  ///< for a person and for the agent
    json::object data;
};

/// Takes events over. Safe from any thread.
class MURMUR_SDK_API EventSink {
public:
    /// Returns once the event is durable, so that the source may acknowledge it. Throws `unavailable` otherwise.
    virtual void publish(const ExternalEvent& event, const Call& call) = 0;

protected:
    ~EventSink();
};

/// Where events come from. The one provider with a thread of its own.
class MURMUR_SDK_API EventSource {
public:
    virtual ~EventSource();
    /// Runs until `call.stop` is set, then returns within a second. Throwing `unavailable` means: start me again later.
    virtual void run(EventSink& sink, const Call& call) = 0;
};

}
