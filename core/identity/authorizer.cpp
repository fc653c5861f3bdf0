#include "identity/authorizer.hpp"

namespace murmur {

namespace {

// The operator may name any tenant, and only asks about few at a time: beyond this the cache starts anew.
constexpr std::size_t tenants_max = 1024;

}

Authorizer::Authorizer(PolicySource source, Logger& logger) : source_(std::move(source)), logger_(logger) {}

std::shared_ptr<const Policy> Authorizer::policy(const std::string& tenant) {
    if (auto found = find(tenant, source_.revision())) return found;
    const std::lock_guard<std::mutex> hold(compiling_);
    // Read before the resources: a change in between makes the result count as old, not as new.
    const std::uint64_t revision = source_.revision();
    if (auto found = find(tenant, revision)) return found;
    auto policy = std::make_shared<const Policy>(source_.load(tenant));
    for (const std::string& problem : policy->problems())
        logger_.log(LogLevel::warning, "a grant is left out", {{"tenant", tenant}, {"problem", problem}});
    auto compiled = compiled_.lock();
    if (compiled->size() >= tenants_max) compiled->clear();
    (*compiled)[tenant] = {revision, policy};
    return policy;
}

std::shared_ptr<const Policy> Authorizer::find(const std::string& tenant, std::uint64_t revision) {
    auto compiled = compiled_.lock();
    const auto found = compiled->find(tenant);
    return found != compiled->end() && found->second.revision == revision ? found->second.policy : nullptr;
}

}
