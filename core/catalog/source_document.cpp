#include "catalog/source_document.hpp"

#include <cctype>
#include <memory>

#include "base/utf8.hpp"
#include "catalog/document_source.hpp"
#include "catalog/field_paths.hpp"
#include "catalog/front_matter.hpp"
#include "catalog/json_text.hpp"

namespace murmur {

namespace {

constexpr std::string_view mapping_example = "Write fields, one a line: \"name: value\".";

/// What a text must be before it is looked at: not empty, not too large, UTF-8 without NUL.
void check_text(std::string_view text, const YamlSource& source) {
    if (text.size() > document_bytes_max)
        throw source.error({}, "larger than 1 MiB").with_hint("A resource is written by hand; keep data elsewhere.");
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw source.error({}, "the input is empty").with_hint(std::string(mapping_example));
}

/// The text of a Markdown kind may have anything that is text.
void check_markdown_characters(std::string_view text, const YamlSource& source) {
    YamlPosition position{source.first_line, 1};
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) throw source.error(position, "not UTF-8").with_hint("Save the text as UTF-8.");
        if (text[0] == '\0') throw source.error(position, "a NUL character: this is not a text");
        ++position.column;
        if (text[0] == '\n') position = {position.line + 1, 1};
        text.remove_prefix(length);
    }
}

/// A document whose places are those of the tree.
SourceDocument document_of(YamlTree tree, const YamlSource& source) {
    if (tree.top.is_null()) throw source.error({}, "the input has no fields").with_hint(std::string(mapping_example));
    if (!tree.top.is_object())
        throw source
            .error({}, std::string("the top must be fields with values, not ") +
                           (tree.top.is_array() ? "a list" : "a single value"))
            .with_hint(std::string(mapping_example));
    SourceDocument document;
    document.fields = std::move(tree.top.get_object());
    // Shared: the function is copied with the document.
    const auto positions = std::make_shared<const decltype(tree.positions)>(std::move(tree.positions));
    document.where = [positions, source](const std::string& path) {
        const auto found = positions->find(path);
        return found == positions->end() ? std::string() : source.where(found->second);
    };
    return document;
}

SourceDocument parse_markdown(const CatalogKindSpec& spec, std::string_view text, const YamlSource& source) {
    check_markdown_characters(text, source);
    const FrontMatter parts = split_front_matter(text, source);
    YamlSource yaml_source = source;
    yaml_source.first_line = source.first_line + 1;
    YamlTree tree;
    if (parts.present) tree = parse_yaml(parts.yaml, yaml_source);
    if (tree.top.is_null()) tree.top = json::object();
    SourceDocument document = document_of(std::move(tree), yaml_source);
    const std::string body_field = body_field_name(spec);
    if (document.fields.contains(body_field))
        throw Error(Errc::invalid_argument, "unknown frontmatter key: \"" + body_field + "\"")
            .with_hint("It is the text below the front matter.")
            .in(document.where(body_field) + ": " + body_field);
    if (!parts.body.empty()) document.fields[body_field] = json::string(parts.body);
    document.content = std::string(text);
    return document;
}

/// Fields of a Markdown kind that came as an object: `content` is the whole text, and then there is nothing else.
SourceDocument take_content(const CatalogKindSpec& spec, SourceDocument document, const YamlSource& source) {
    const json::value* content = document.fields.if_contains("content");
    if (!content || find_field(spec.fields, "content") || body_field_name(spec) == "content") return document;
    for (const auto& member : document.fields)
        if (member.key() != "content" && member.key() != "name")
            throw Error(Errc::invalid_argument, "content and structured fields are mutually exclusive")
                .with_hint("Remove content, or everything beside it.");
    if (!content->is_string()) throw Error(Errc::invalid_argument, "content must be a string");
    SourceDocument parsed = parse_markdown(spec, without_byte_order_marks(content->get_string()), source);
    if (const json::value* name = document.fields.if_contains("name")) parsed.fields["name"] = *name;
    return parsed;
}

}

YamlSource source_of_document(const std::string& name) {
    if (name.empty() || name == "stdin") return {"stdin", YamlSource::Style::stream, 1};
    return {name, YamlSource::Style::file, 1};
}

SourceDocument parse_fields(std::string_view text, const YamlSource& source) {
    check_text(text, source);
    return document_of(parse_yaml(join_surrogate_escapes(text), source), source);
}

SourceDocument parse_document(const CatalogKindSpec& spec, std::string_view text, const YamlSource& source) {
    text = without_byte_order_marks(text);
    check_text(text, source);
    if (!spec.markdown) return parse_fields(text, source);
    const bool is_object = text[text.find_first_not_of(" \t\r\n")] == '{';
    if (!is_object) return parse_markdown(spec, text, source);
    return take_content(spec, parse_fields(text, source), source);
}

void take_kind(const CatalogKindSpec& spec, SourceDocument& document) {
    const json::value* kind = document.fields.if_contains("kind");
    if (!kind || find_field(spec.fields, "kind")) return;
    if (!kind->is_string() || kind->get_string() != spec.name) {
        const std::string where = document.where("kind");
        const Error error = Error(Errc::invalid_argument, "kind must be " + spec.name)
                                .with_hint("Leave it out, or set the resource as the kind that it names.");
        throw where.empty() ? error : error.in(where + ": kind");
    }
    document.fields.stable_erase("kind");
}

SourceDocument parse_resource(const CatalogKindSpec& spec, std::string_view text, const std::string& source) {
    SourceDocument document = parse_document(spec, text, source_of_document(source));
    take_kind(spec, document);
    return document;
}

}
