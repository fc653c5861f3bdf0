#include "api/agent_lookup.hpp"
#include "api/methods.hpp"

namespace murmur {

bool UnaryMethod::only_reads() const {
    return check == Check::none || permission.ends_with(".read") || permission.ends_with(".list");
}

json::object UnaryMethod::call(ApiContext& context, const Caller& caller, const FieldReader& request) const {
    if (check == Check::agent) return run_on_agent(context, find_agent(context, caller, request, permission), request);
    if (check == Check::tenant) authorize(context, caller, permission);
    return run(context, caller, request);
}

}
