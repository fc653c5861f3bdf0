#include "catalog/validation.hpp"

#include <algorithm>
#include <murmur/camel_case.hpp>
#include <optional>

#include "base/utf8.hpp"
#include "catalog/body_checker.hpp"
#include "catalog/field_paths.hpp"
#include "catalog/resource_text.hpp"
#include "config/yaml_tree.hpp"

namespace murmur {

namespace {

/// The document's own name and where it stands.
struct GivenName {
    std::string name;
    FieldPlace place;
};

GivenName find_given_name(const CatalogKindSpec& spec, const SourceDocument& document) {
    const std::string field = name_field_of(spec);
    for (const std::string& spelling : {field, camel_case(field)}) {
        const json::value* value = document.fields.if_contains(spelling);
        if (!value) continue;
        const FieldPlace place{field, spelling};
        if (value->is_null()) return {{}, place};
        if (!value->is_string())
            throw field_error(document, place, field + " must be a string", "Put the value in quotes.");
        return {std::string(value->get_string()), place};
    }
    return {};
}

/// Throws what `check` throws, with the place.
template <class Check>
void at_place(const SourceDocument& document, const FieldPlace& place, const Check& check) {
    try {
        check();
    } catch (const Error& failure) {
        const std::string where = place.source_path.empty() ? std::string() : document.where(place.source_path);
        throw where.empty() ? failure : failure.in(where + ": " + place.path);
    }
}

std::string checked_name(const CatalogKindSpec& spec, const std::string& name, const SourceDocument& document) {
    GivenName given = find_given_name(spec, document);
    // The only one there is need not be named, and the name of a text is what it is set as.
    if (given.name.empty() && !spec.singleton.empty()) given.name = spec.singleton;
    if (given.name.empty() && spec.markdown) given.name = name;
    at_place(document, given.place, [&] { check_name(spec, given.name); });
    if (!name.empty() && name != given.name)
        throw field_error(document, given.place,
                          "ref name \"" + name + "\" does not match payload name \"" + given.name + "\"",
                          "Make them the same, or leave out the one that may be left out.");
    return given.name;
}

/// What the table is held against: the document's fields, unless some of them are not the table's.
struct TableInput {
    std::optional<json::object> changed;
    json::value text;  ///< of Markdown kinds: what stands below the front matter
};

TableInput table_input(const CatalogKindSpec& spec, const SourceDocument& document) {
    TableInput input;
    if (!spec.markdown) {
        if (spec.singleton.empty() || !find_field(spec.fields, "name")) return input;
        input.changed = document.fields;
        (*input.changed)["name"] = spec.singleton;
        return input;
    }
    input.changed = document.fields;
    if (!find_field(spec.fields, "name")) input.changed->stable_erase("name");
    const std::string body_field = body_field_name(spec);
    for (const std::string& spelling : {body_field, camel_case(body_field)}) {
        json::value* found = input.changed->if_contains(spelling);
        if (!found || find_field(spec.fields, spelling)) continue;
        input.text = std::move(*found);
        input.changed->stable_erase(spelling);
    }
    return input;
}

/// What a kind's own checks complain of, in one line whatever the kind quotes, with the place of the path that begins
/// it.
void check_by_kind(const Kind& kind, const json::object& body, const SourceDocument& document) {
    if (!kind.checks) return;
    try {
        kind.checks->validate(body);
    } catch (const Error& failure) {
        Error said(failure.code(), to_one_line(failure.message()));
        if (!failure.hint().empty()) said = said.with_hint(to_one_line(failure.hint()));
        for (const std::string& context : failure.context()) said = said.in(to_one_line(context));
        const std::string path = said.message().substr(0, said.message().find(' '));
        const std::string where = document.where(path);
        throw where.empty() || !failure.context().empty() ? said : said.in(where + ": " + path);
    }
}

/// What reading a body again will take, without writing it.
struct BodySize {
    std::size_t values = 0;
    std::size_t depth = 0;
    std::size_t key_bytes = 0;      ///< of the longest key
    std::size_t written_bytes = 0;  ///< at most
};

void add_size(BodySize& size, const json::value& value, std::size_t depth) {
    const std::size_t indent = 2 * depth;
    ++size.values;
    size.written_bytes += indent + 8;
    if (value.is_structured()) size.depth = std::max(size.depth, depth + 1);
    if (value.is_number()) size.written_bytes += 32;
    // Each byte may become an escape of four, or, with its newline, a line of a block.
    if (value.is_string()) size.written_bytes += value.get_string().size() * std::max<std::size_t>(4, indent / 2 + 2);
    if (value.is_array())
        for (const json::value& item : value.get_array()) add_size(size, item, depth + 1);
    if (!value.is_object()) return;
    for (const auto& member : value.get_object()) {
        size.key_bytes = std::max(size.key_bytes, member.key().size());
        size.written_bytes += 4 * member.key().size();
        add_size(size, member.value(), depth + 1);
    }
}

/// What is stored must be readable when it is printed: it may have come as an object, to which the limits of a text did
/// not apply, and indentation and escapes may make a text larger than it was.
void check_size(const CatalogKindSpec& spec, const CheckedBody& checked) {
    BodySize size;
    add_size(size, checked.body, 0);
    const auto refuse = [&spec](const std::string& complaint) {
        throw Error(Errc::invalid_argument, spec.name + " " + complaint).with_hint("Keep data of this size elsewhere.");
    };
    if (size.depth > yaml_depth_max) refuse("is nested deeper than " + std::to_string(yaml_depth_max) + " levels");
    if (size.values > yaml_values_max) refuse("has more than " + std::to_string(yaml_values_max) + " values");
    if (size.key_bytes > yaml_key_bytes_max)
        refuse("has a key that is longer than " + std::to_string(yaml_key_bytes_max) + " bytes");
    if (size.written_bytes <= document_bytes_max) return;
    const std::string written = spec.markdown ? to_markdown(spec, checked.body) : to_yaml(checked.body);
    if (std::max(written.size(), checked.content.size()) > document_bytes_max)
        refuse("is larger than 1 MiB when it is written out");
}

}

CheckedBody check_resource(const Kind& kind, const std::string& name, const SourceDocument& document,
                           bool secret_is_kept) {
    const CatalogKindSpec& spec = kind.spec;
    CheckedBody checked;
    checked.name = checked_name(spec, name, document);
    TableInput input = table_input(spec, document);
    BodyChecker checker(document, secret_is_kept);
    checked.body = checker.check_top(spec, input.changed ? *input.changed : document.fields);
    checked.secret = checker.take_secret();
    const std::string body_field = body_field_name(spec);
    if (!input.text.is_null() && !input.text.is_string())
        throw field_error(document, {body_field, body_field}, body_field + " must be a string");
    if (input.text.is_string() && !input.text.get_string().empty())
        checked.body.emplace(body_field, std::move(input.text));
    check_by_kind(kind, checked.body, document);
    if (spec.markdown) checked.content = document.content ? *document.content : to_markdown(spec, checked.body);
    check_size(spec, checked);
    return checked;
}

}
