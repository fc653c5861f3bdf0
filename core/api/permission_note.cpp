#include "api/permission_note.hpp"

#include <murmur/nearest.hpp>

namespace murmur {

namespace {

constexpr std::string_view kind_without_resources = "plugin";  // plugins are no catalog kind, and may be listed

std::string with_nearest(std::string note, const std::string& nearest) {
    return nearest.empty() ? note : note + ". " + nearest;
}

}

std::string note_on_permission(const KindRegistry& kinds, const Permission& permission) {
    if (permission.kind == kind_without_resources) return {};
    const Kind* kind = kinds.find(permission.kind);
    if (!kind) {
        std::vector<std::string> names;
        for (const auto& known : kinds.all()) names.push_back(known->spec.name);
        return with_nearest("no kind is called \"" + permission.kind + "\" here", did_you_mean(permission.kind, names));
    }
    if (kind->has_verb(permission.verb)) return {};
    return with_nearest("kind \"" + permission.kind + "\" has no verb \"" + permission.verb + "\"",
                        did_you_mean(permission.verb, kind->spec.verbs));
}

}
