#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// An agent; with `timeline` its events, with `children` all below it that the caller may read, each parent before its
/// children.
json::object get_agent(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request);

}
