#pragma once

#include <string>
#include <string_view>

namespace murmur {

/// Something that can be allowed: "workspace.edit".
struct Permission {
    std::string kind;
    std::string verb;
    std::string text() const { return kind + "." + verb; }
};

/// What a role lists: "*", "*.*", "agent.*", "*.read" or "agent.kill". A "*" stands for any kind or verb.
struct PermissionPattern {
    std::string kind;
    std::string verb;
    bool matches(const Permission& permission) const {
        return (kind == "*" || kind == permission.kind) && (verb == "*" || verb == permission.verb);
    }
};

/// Both throw invalid_argument `invalid permission "x": must be "{kind}.{verb}"`. Whether there is such a kind is not
/// asked: a role may be written before the plugin that brings the kind.
Permission parse_permission(std::string_view text);
PermissionPattern parse_permission_pattern(std::string_view text);

}
