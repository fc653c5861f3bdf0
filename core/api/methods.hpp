#pragma once

#include <span>

#include "api/api_context.hpp"

namespace murmur {

/// Who checks that the caller may do it.
enum class Check {
    tenant,   ///< the table: the permission, for every resource of the kind
    agent,    ///< the table: the permission for the agent that the request names
    request,  ///< the method, since the permission or the resource depends on the request
    none      ///< nobody: it is for whoever is identified
};

/// One unary method of the API: its name, what the caller must be allowed to do, and the work. May block.
struct UnaryMethod {
    using Run = json::object (*)(ApiContext& context, const Caller& caller, const FieldReader& request);
    using RunOnAgent = json::object (*)(ApiContext& context, const Agent& agent, const FieldReader& request);
    using RunOnAgentFor = json::object (*)(ApiContext& context, const Caller& caller, const Agent& agent,
                                           const FieldReader& request);

    constexpr UnaryMethod(std::string_view method, std::string_view needed, Run work, Check checked = Check::tenant)
        : name(method), permission(needed), check(checked), run(work) {}
    constexpr UnaryMethod(std::string_view method, std::string_view needed, RunOnAgent work)
        : name(method), permission(needed), check(Check::agent), run_on_agent(work) {}

    constexpr UnaryMethod(std::string_view method, std::string_view needed, RunOnAgentFor work)
        : name(method), permission(needed), check(Check::agent), run_on_agent_for(work) {}

    std::string_view name;
    std::string_view permission;  ///< "{kind}.edit" where the kind depends on the request; empty with Check::none
    Check check;
    Run run = nullptr;
    RunOnAgent run_on_agent = nullptr;
    RunOnAgentFor run_on_agent_for = nullptr;  ///< that looks up more, which the caller must be allowed to see

    /// It changes nothing.
    bool only_reads() const;
    /// Checks what the table checks, and does the work.
    json::object call(ApiContext& context, const Caller& caller, const FieldReader& request) const;
};

/// Every unary method of murmur.api.v1.MurmurService.
std::span<const UnaryMethod> unary_methods();

inline constexpr std::string_view service_path = "/murmur.api.v1.MurmurService/";

}
