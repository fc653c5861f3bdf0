#pragma once

#include <memory>
#include <optional>

#include "murmur/clock.hpp"
#include "murmur/event_source.hpp"
#include "murmur/export.hpp"

namespace murmur {

/// A compiled filter block of a flight's `on:`. Deterministic, no I/O; safe from any thread.
class MURMUR_SDK_API TriggerMatcher {
public:
    virtual ~TriggerMatcher();
    /// Whether the event starts the flight.
    virtual bool match(const ExternalEvent& event) const;
    /// For triggers of time: the first moment after `after` at which the flight starts.
    virtual std::optional<TimePoint> next_fire(TimePoint after) const;
};

/// Decides which events, or which moments, start a flight. Registered under the key it has in `on:`.
class MURMUR_SDK_API FlightTrigger {
public:
    virtual ~FlightTrigger();
    /// Compiles a filter block. Throws invalid_argument with the path of the field.
    virtual std::unique_ptr<TriggerMatcher> compile(const json::value& filter) const = 0;
};

}
