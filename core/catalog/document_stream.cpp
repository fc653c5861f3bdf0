#include <filesystem>

#include "base/utf8.hpp"
#include "catalog/document_source.hpp"
#include "catalog/field_paths.hpp"

namespace murmur {

namespace {

// A folder of resources in one request; each of them has a limit of its own.
constexpr std::size_t stream_bytes_max = std::size_t{8} << 20;

bool is_markdown_file(const std::string& source) { return source.ends_with(".md") || source.ends_with(".markdown"); }

/// The kind that a document says it is; empty when it does not.
std::string stated_kind(const SourceDocument& document) {
    const json::value* kind = document.fields.if_contains("kind");
    if (!kind || kind->is_null()) return {};
    if (!kind->is_string()) {
        const std::string where = document.where("kind");
        const Error error(Errc::invalid_argument, "kind must be a string");
        throw where.empty() ? error : error.in(where + ": kind");
    }
    return std::string(kind->get_string());
}

/// The kind of the text when it is one Markdown document, and nullptr when it is a stream of YAML.
const Kind* markdown_kind(const KindRegistry& kinds, std::string_view text, const YamlSource& source,
                          const std::string& default_kind) {
    const Kind* by_default = default_kind.empty() ? nullptr : kinds.find(default_kind);
    const bool begins_with_divider = is_yaml_divider(text.substr(0, text.find('\n')));
    std::string stated;
    if (begins_with_divider) {
        const auto parts = split_yaml_documents(text);
        if (parts.empty()) return by_default && by_default->spec.markdown ? by_default : nullptr;
        YamlSource part_source = source;
        part_source.first_line = parts.front().first_line;
        const YamlTree first = parse_yaml(parts.front().text, part_source);
        if (first.top.is_object())
            if (const json::value* kind = first.top.get_object().if_contains("kind"); kind && kind->is_string())
                stated = std::string(kind->get_string());
    } else if (!is_markdown_file(source.name)) {
        // Fields of a Markdown kind, without the text.
        const std::size_t visible = text.find_first_not_of(" \t\r\n");
        const bool is_fields = visible != std::string_view::npos && (text[visible] == '{' || text.starts_with("kind:"));
        if (is_fields) return nullptr;
    }
    const Kind* kind = stated.empty() ? by_default : kinds.find(stated);
    return kind && kind->spec.markdown ? kind : nullptr;
}

StreamDocument markdown_document(const Kind& kind, std::string_view text, const YamlSource& source) {
    SourceDocument document = parse_document(kind.spec, text, source);
    take_kind(kind.spec, document);
    // A file is named after its resource.
    if (is_markdown_file(source.name) && !document.fields.contains("name"))
        document.fields["name"] = std::filesystem::path(source.name).stem().string();
    return {kind.spec.name, std::move(document)};
}

}

std::vector<StreamDocument> parse_stream(const KindRegistry& kinds, std::string_view text, const std::string& source,
                                         const std::string& default_kind) {
    const YamlSource place = source_of_document(source);
    if (text.size() > stream_bytes_max)
        throw place.error({}, "larger than 8 MiB").with_hint("Divide it into several files.");
    text = without_byte_order_marks(text);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    if (const Kind* kind = markdown_kind(kinds, text, place, default_kind))
        return {markdown_document(*kind, text, place)};
    std::vector<StreamDocument> documents;
    for (const YamlPart& part : split_yaml_documents(text)) {
        YamlSource part_source = place;
        part_source.first_line = part.first_line;
        SourceDocument document = parse_fields(part.text, part_source);
        std::string kind = stated_kind(document);
        if (kind.empty()) kind = default_kind;
        if (kind.empty())
            throw part_source.error({part.first_line, 1}, "kind is required")
                .with_hint("Say what the document is, such as \"kind: workspace\".");
        const CatalogKindSpec& spec = kinds.get(to_one_line(kind)).spec;
        take_kind(spec, document);
        documents.push_back({spec.name, std::move(document)});
    }
    return documents;
}

}
