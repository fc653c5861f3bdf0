#include "api/resource_json.hpp"

#include "base/time_text.hpp"
#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

/// Metadata that resource and row have in common. A builtin was made by nobody at no time, as a singleton that nobody
/// has written.
json::object metadata(const Resource& resource) {
    json::object answer{{"name", resource.key.name}, {"generation", std::to_string(resource.generation)}};
    if (resource.platform) {
        answer.emplace("platform", true);
        return answer;
    }
    if (resource.generation == 0) return answer;
    answer.emplace("author", resource.author);
    answer.emplace("updatedAt", format_time(resource.updated_at));
    return answer;
}

}

std::string resource_text(const Kind& kind, const Resource& resource) {
    if (!kind.spec.markdown) return to_yaml(resource.body);
    return resource.content.empty() ? to_markdown(kind.spec, resource.body) : resource.content;
}

json::object resource_json(const Kind& kind, const Resource& resource) {
    json::object answer = metadata(resource);
    answer.emplace("kind", resource.key.kind);
    if (!resource.key.owner.empty()) answer.emplace("owner", resource.key.owner);
    if (!resource.platform && resource.generation > 0) answer.emplace("createdAt", format_time(resource.created_at));
    answer.emplace("body", to_api_json(kind.spec, resource.body));
    answer.emplace("text", resource_text(kind, resource));
    return answer;
}

json::object resource_row_json(const Kind& kind, const Resource& resource) {
    json::object row = metadata(resource);
    json::array cells;
    for (const std::string& cell : column_values(kind.spec, resource.body)) cells.push_back(json::string(cell));
    row.emplace("cells", std::move(cells));
    row.emplace("body", to_api_json(kind.spec, resource.body));
    return row;
}

std::string_view change_result_name(ChangeResult result) {
    switch (result) {
        case ChangeResult::created: return "created";
        case ChangeResult::updated: return "updated";
        case ChangeResult::unchanged: return "unchanged";
        case ChangeResult::removed: return "removed";
    }
    return "unknown";
}

}
