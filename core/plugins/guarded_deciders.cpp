// The guarded forms of the kinds that watch and decide: event sources, catalog kinds and flight triggers.

#include "plugins/guarded_providers.hpp"

namespace murmur {

namespace {

class GuardedEventSource final : public EventSource {
public:
    GuardedEventSource(std::shared_ptr<CallGuard> guard, std::shared_ptr<EventSource> inner)
        : guard_(std::move(guard)), inner_(std::move(inner)) {}

    void run(EventSink& sink, const Call& call) override {
        guard_->run("run", [&] { inner_->run(sink, call); });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<EventSource> inner_;
};

class GuardedCatalogKind final : public CatalogKind {
public:
    GuardedCatalogKind(std::shared_ptr<CallGuard> guard, std::shared_ptr<CatalogKind> inner)
        : guard_(std::move(guard)), inner_(std::move(inner)) {}

    CatalogKindSpec spec() const override {
        return guard_->run("spec", [&] { return inner_->spec(); });
    }
    void validate(const json::object& body) const override {
        guard_->run("validate", [&] { inner_->validate(body); });
    }
    void validate_with(const json::object& body, const CatalogLookup& lookup) const override {
        guard_->run("validate_with", [&] { inner_->validate_with(body, lookup); });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<CatalogKind> inner_;
};

class GuardedTriggerMatcher final : public TriggerMatcher {
public:
    GuardedTriggerMatcher(std::shared_ptr<CallGuard> guard, std::shared_ptr<FlightTrigger> trigger,
                          std::unique_ptr<TriggerMatcher> inner)
        : guard_(std::move(guard)), trigger_(std::move(trigger)), inner_(std::move(inner)) {}

    bool match(const ExternalEvent& event) const override {
        return guard_->run("match", [&] { return inner_->match(event); });
    }
    std::optional<TimePoint> next_fire(TimePoint after) const override {
        return guard_->run("next_fire", [&] { return inner_->next_fire(after); });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<FlightTrigger> trigger_;  // a matcher may look back at the trigger that compiled it
    std::unique_ptr<TriggerMatcher> inner_;
};

class GuardedFlightTrigger final : public FlightTrigger {
public:
    GuardedFlightTrigger(std::shared_ptr<CallGuard> guard, std::shared_ptr<FlightTrigger> inner)
        : guard_(std::move(guard)), inner_(std::move(inner)) {}

    std::unique_ptr<TriggerMatcher> compile(const json::value& filter) const override {
        auto matcher = guard_->run("compile", [&] {
            auto compiled = inner_->compile(filter);
            if (!compiled) throw Error(Errc::internal, "it compiled no matcher");
            return compiled;
        });
        return std::make_unique<GuardedTriggerMatcher>(guard_, inner_, std::move(matcher));
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<FlightTrigger> inner_;
};

}

std::shared_ptr<EventSource> make_guarded_event_source(std::shared_ptr<CallGuard> guard,
                                                       std::shared_ptr<EventSource> inner) {
    return std::make_shared<GuardedEventSource>(std::move(guard), std::move(inner));
}

std::shared_ptr<CatalogKind> make_guarded_catalog_kind(std::shared_ptr<CallGuard> guard,
                                                       std::shared_ptr<CatalogKind> inner) {
    return std::make_shared<GuardedCatalogKind>(std::move(guard), std::move(inner));
}

std::shared_ptr<FlightTrigger> make_guarded_flight_trigger(std::shared_ptr<CallGuard> guard,
                                                           std::shared_ptr<FlightTrigger> inner) {
    return std::make_shared<GuardedFlightTrigger>(std::move(guard), std::move(inner));
}

}
