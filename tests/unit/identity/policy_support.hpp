#pragma once

#include <murmur/json.hpp>

#include "identity/policy.hpp"

namespace murmur {

inline const Tenant acme{"github_app", "acme"};

inline json::object body_of(const std::string& text) { return parse_json(text, "body").as_object(); }

inline PolicyResource role(const std::string& name, const std::string& permissions) {
    return {"role", name, body_of(R"({"name":")" + name + R"(","permissions":)" + permissions + "}")};
}
/// `source`: "\"static\":{\"members\":[\"alice\"]}".
inline PolicyResource group(const std::string& name, const std::string& source) {
    return {"group", name, body_of(R"({"name":")" + name + R"(",)" + source + "}")};
}
inline PolicyResource binding(const std::string& name, const std::string& grant) {
    return {"tenant-binding", name, body_of(R"({"name":")" + name + R"(","grant":)" + grant + "}")};
}
inline PolicyResource profile(const std::string& name, const std::string& grants) {
    return {"service-profile", name, body_of(R"({"name":")" + name + R"(","grants":)" + grants + "}")};
}

inline Principal admin_principal(const std::string& account) {
    Principal principal = user_principal(acme, account);
    principal.is_org_admin = true;
    return principal;
}

inline Principal agent_of(const std::string& account, std::vector<std::string> path,
                          const std::string& workspace = "api") {
    return agent_principal({acme, "github_oauth", account, workspace, std::move(path)});
}
inline ResourceName agent_name(const std::string& account, std::vector<std::string> path,
                               const std::string& workspace = "api") {
    const AgentId id{acme, "github_oauth", account, workspace, std::move(path)};
    return {agent_resource_name(id), id.workflow_id()};
}

}
