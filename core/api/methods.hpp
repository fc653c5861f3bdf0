#pragma once

#include <span>

#include "api/api_context.hpp"

namespace murmur {

/// One unary method of the API: its name, what the caller must be allowed to do, and the work. May block.
struct UnaryMethod {
    std::string_view name;
    std::string_view permission;
    json::object (*run)(ApiContext& context, const Caller& caller, const FieldReader& request);
};

/// Every unary method of murmur.api.v1.MurmurService.
std::span<const UnaryMethod> unary_methods();

inline constexpr std::string_view service_path = "/murmur.api.v1.MurmurService/";

}
