#include "api/agent_lookup.hpp"
#include "api/methods.hpp"

namespace murmur {

bool UnaryMethod::only_reads() const {
    return check == Check::none || permission.ends_with(".read") || permission.ends_with(".list");
}

json::object UnaryMethod::call(ApiContext& context, const Caller& caller, const FieldReader& request) const {
    if (check == Check::agent) {
        const Agent agent = find_agent(context, caller, request, permission);
        return run_on_agent ? run_on_agent(context, agent, request) : run_on_agent_for(context, caller, agent, request);
    }
    if (check == Check::tenant) authorize(context, caller, permission);
    return run(context, caller, request);
}

}
