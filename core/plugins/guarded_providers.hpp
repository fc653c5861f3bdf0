#pragma once

#include <memory>
#include <murmur/backend.hpp>
#include <murmur/catalog_kind.hpp>
#include <murmur/event_source.hpp>
#include <murmur/flight_trigger.hpp>
#include <murmur/host.hpp>
#include <murmur/substrate.hpp>

#include "plugins/call_guard.hpp"

namespace murmur {

/// A provider together with the host services that it was given: the services go last.
template <class Provider>
std::shared_ptr<Provider> keep_services(std::unique_ptr<Provider> provider, std::shared_ptr<HostServices> services) {
    struct Kept {
        std::shared_ptr<HostServices> services;
        std::unique_ptr<Provider> provider;
    };
    auto kept = std::make_shared<Kept>(Kept{std::move(services), std::move(provider)});
    return std::shared_ptr<Provider>(kept, kept->provider.get());
}

// Each of these looks like the provider it wraps, and lets no call to it past the guard. What a call returns is the
// host's own: it does not use memory that the plugin manages.

/// A call for a machine is refused with `unavailable` while an earlier one, left behind at its deadline, is still in
/// the plugin: so calls for one machine never overlap.
std::shared_ptr<Substrate> make_guarded_substrate(std::shared_ptr<CallGuard> guard, std::shared_ptr<Substrate> inner);
/// Its sessions are guarded too. Their calls do not block and run in the caller's thread.
std::shared_ptr<Backend> make_guarded_backend(std::shared_ptr<CallGuard> guard, std::shared_ptr<Backend> inner);
std::shared_ptr<EventSource> make_guarded_event_source(std::shared_ptr<CallGuard> guard,
                                                       std::shared_ptr<EventSource> inner);
std::shared_ptr<CatalogKind> make_guarded_catalog_kind(std::shared_ptr<CallGuard> guard,
                                                       std::shared_ptr<CatalogKind> inner);
std::shared_ptr<FlightTrigger> make_guarded_flight_trigger(std::shared_ptr<CallGuard> guard,
                                                           std::shared_ptr<FlightTrigger> inner);

}
