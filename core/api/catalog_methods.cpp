#include "api/catalog_methods.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"
#include "api/agent_resource.hpp"
#include "api/alias_check.hpp"
#include "api/catalog_rights.hpp"
#include "api/resource_json.hpp"
#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

constexpr std::int64_t page_size_max = 1000;
// Files of one `murmur apply`: more come from a folder that was named by mistake.
constexpr std::size_t apply_documents_max = 5000;
constexpr std::string_view agent_kind = "agent";

const Kind& kind_of(ApiContext& context, const FieldReader& request) {
    return context.catalog.kinds().get(request.get_string("kind"));
}

const Kind& writable_kind_of(ApiContext& context, const FieldReader& request) {
    const Kind& kind = kind_of(context, request);
    kind.refuse_if_read_only();
    return kind;
}

/// As refuse_if_read_only(), with the file that it stands in.
void refuse_read_only(const Kind& kind, const std::string& source) {
    try {
        kind.refuse_if_read_only();
    } catch (const Error& error) {
        throw Error(error).in(source);
    }
}

std::optional<std::int64_t> expected_generation(const FieldReader& request) {
    if (!request.has("expected_generation")) return std::nullopt;
    return request.get_int("expected_generation");
}

std::vector<FieldChange> read_changes(const FieldReader& request, std::string_view name) {
    std::vector<FieldChange> changes;
    const json::array* list = request.find_array(name);
    if (!list) return changes;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string path = std::string(name) + "[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader change((*list)[i].get_object(), path);
        changes.push_back({change.get_string("path"), change.get_string("value"), change.get_bool("is_text", false)});
    }
    return changes;
}

/// The document of a set request: its text or its body, with the fields that come from files laid over.
SourceDocument read_document(const Kind& kind, const FieldReader& request) {
    std::vector<FieldChange> files = read_changes(request, "file_fields");
    for (FieldChange& file : files) file.is_text = true;
    const json::object* body = request.find_object("body");
    if (body && request.has("text")) throw Error(Errc::invalid_argument, "text and body are mutually exclusive");
    const auto content = std::find_if(files.begin(), files.end(), [&kind](const FieldChange& file) {
        return kind.spec.markdown && file.path == "content";
    });
    SourceDocument document;
    if (content != files.end()) {
        document = parse_resource(kind.spec, content->value, "content");
        files.erase(content);
    } else if (body) {
        document.fields = *body;
    } else {
        document = parse_resource(kind.spec, request.get_string("text", ""), "");
    }
    if (files.empty()) return document;
    apply_changes(kind.spec, document.fields, files);
    document.content.reset();
    return document;
}

json::object change_json(const Kind& kind, const Change& change) {
    return {{"resource", resource_json(kind, change.resource)}, {"result", change_result_name(change.result)}};
}

std::string read_page_token(const FieldReader& request) {
    const std::string token = request.get_string("page_token", "");
    constexpr std::size_t token_bytes_max = 4096;  // clone URLs are names too
    if (token.empty()) return {};
    if (token.size() > token_bytes_max || token.front() != '>')
        throw Error(Errc::invalid_argument, "invalid page_token");
    return token.substr(1);
}

/// What of a page the caller may see: all of it, or the resources that a grant names.
void keep_readable(ApiContext& context, const Caller& caller, const Kind& kind, std::vector<Resource>& resources) {
    if (may_list(context, caller, kind)) return;
    authorize_any(context, caller, kind.spec.name + ".read");
    std::erase_if(resources, [&](const Resource& resource) {
        return !is_allowed(context, caller, kind.spec.name + ".read", permission_name(resource.key));
    });
}

}

json::object list_resources(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const Kind& kind = kind_of(context, request);
    const std::int64_t page_size = request.get_int("page_size", 0);
    if (page_size < 0 || page_size > page_size_max)
        throw Error(Errc::invalid_argument, "page_size must be from 1 to " + std::to_string(page_size_max));
    const ResourceKey key = resource_key(caller, kind, "");
    ResourceQuery query{key.tenant, key.kind, key.owner, read_page_token(request),
                        static_cast<std::size_t>(page_size == 0 ? page_size_max : page_size)};
    const bool is_agent = kind.spec.name == agent_kind;
    std::vector<Resource> resources = is_agent ? list_agent_resources(context, caller) : context.catalog.list(query);
    std::string next;
    if (!is_agent && resources.size() == query.count_max) next = ">" + resources.back().key.name;
    if (!is_agent) keep_readable(context, caller, kind, resources);

    json::array rows, columns;
    for (const Resource& resource : resources) rows.push_back(resource_row_json(kind, resource));
    for (const std::string& column : kind.spec.columns) columns.push_back(json::string(column));
    json::object answer{{"rows", std::move(rows)}, {"columns", std::move(columns)}};
    if (!next.empty()) answer.emplace("nextPageToken", next);
    return answer;
}

json::object get_resource(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const Kind& kind = kind_of(context, request);
    const std::string name = request.get_string("name");
    if (kind.spec.name == agent_kind)
        return {{"resource", resource_json(kind, get_agent_resource(context, caller, name))}};
    const ResourceKey key = resource_key(caller, kind, name);
    authorize_read(context, caller, kind, key);
    return {{"resource", resource_json(kind, context.catalog.get(key))}};
}

json::object set_resource(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const Kind& kind = writable_kind_of(context, request);
    const ResourceKey key = resource_key(caller, kind, request.get_string("name"));
    const SourceDocument document = read_document(kind, request);
    if (kind.spec.name == "alias") check_alias(context, caller, key, document.fields);
    return change_json(kind,
                       context.catalog.set(key, document, change_right(context, caller), expected_generation(request)));
}

json::object patch_resource(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const Kind& kind = writable_kind_of(context, request);
    const ResourceKey key = resource_key(caller, kind, request.get_string("name"));
    const std::vector<FieldChange> changes = read_changes(request, "changes");
    if (changes.empty())
        throw Error(Errc::invalid_argument, "nothing to change was given").with_hint("Use --set field=value.");
    // What is not there, and what may not be seen, look the same to somebody without rights.
    authorize(context, caller, kind.replace_permission(), permission_name(key));
    if (kind.spec.name == "alias") {
        json::object fields = context.catalog.get(key).body;
        apply_changes(kind.spec, fields, changes);
        check_alias(context, caller, key, fields);
    }
    return change_json(
        kind, context.catalog.patch(key, changes, change_right(context, caller), expected_generation(request)));
}

json::object delete_resource(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const Kind& kind = writable_kind_of(context, request);
    const ResourceKey key = resource_key(caller, kind, request.get_string("name"));
    authorize(context, caller, kind.spec.name + ".delete", permission_name(key));
    context.catalog.remove(key, change_right(context, caller), expected_generation(request));
    return {};
}

namespace {

/// `skipped` gets the sources in which there is nothing.
std::vector<ApplyItem> read_apply_items(ApiContext& context, const FieldReader& request, json::array& skipped) {
    std::vector<ApplyItem> items;
    const json::array* documents = request.find_array("documents");
    for (std::size_t i = 0; documents && i < documents->size(); ++i) {
        const std::string path = "documents[" + std::to_string(i) + "]";
        if (!(*documents)[i].is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader document((*documents)[i].get_object(), path);
        const std::string source = document.get_string("source", "");
        std::vector<StreamDocument> stream = parse_stream(context.catalog.kinds(), document.get_string("text"), source,
                                                          document.get_string("default_kind", ""));
        if (stream.empty()) skipped.push_back(json::string(source.empty() ? "stdin" : source));
        for (StreamDocument& parsed : stream) {
            items.push_back({parsed.kind, std::move(parsed.document), source});
            if (items.size() > apply_documents_max)
                throw Error(Errc::resource_exhausted,
                            "more than " + std::to_string(apply_documents_max) + " resources at once");
        }
    }
    if (items.empty()) {
        const Error error(Errc::invalid_argument, "no resource was given");
        throw skipped.empty() ? error : error.with_hint("What was given is empty, or comments alone.");
    }
    return items;
}

}

json::object apply_resources(ApiContext& context, const Caller& caller, const FieldReader& request) {
    json::array skipped;
    std::vector<ApplyItem> items = read_apply_items(context, request, skipped);
    for (const ApplyItem& item : items) {
        const Kind& kind = context.catalog.kinds().get(item.kind);
        refuse_read_only(kind, item.source);
        if (item.kind == "alias") {
            const FieldReader fields(item.document.fields);
            check_alias(context, caller, resource_key(caller, kind, fields.get_string("name", "")),
                        item.document.fields);
        }
    }
    json::array changes;
    for (const AppliedChange& applied :
         context.catalog.apply(tenant_key(caller.tenant), own_name(caller), std::move(items),
                               change_right(context, caller), request.get_bool("dry_run", false))) {
        const Resource& resource = applied.change.resource;
        json::array diff;
        for (const DiffLine& line : diff_lines(applied.before, applied.after))
            diff.push_back(json::object{{"sign", std::string(1, line.sign)}, {"text", line.text}});
        changes.push_back(json::object{{"kind", resource.key.kind},
                                       {"name", resource.key.name},
                                       {"result", change_result_name(applied.change.result)},
                                       {"generation", std::to_string(resource.generation)},
                                       {"diff", std::move(diff)}});
    }
    return {{"changes", std::move(changes)}, {"skipped", std::move(skipped)}};
}

}
