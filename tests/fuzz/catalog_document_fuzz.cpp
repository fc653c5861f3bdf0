// Any text: what the catalog accepts is printed as a text that it accepts again and that means the same; what it does
// not accept is refused with invalid_argument and one line of words.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "catalog/resource_text.hpp"
#include "catalog/source_document.hpp"
#include "catalog/validation.hpp"
#include "config/yaml_text.hpp"
#include "config/yaml_tree.hpp"
#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

void expect(bool holds, std::string_view what, const std::string& detail = {}) {
    if (holds) return;
    std::cerr << "fuzz: " << what << "\n" << detail << "\n";
    std::abort();
}

void check_refusal(const Error& error) {
    expect(error.code() == Errc::invalid_argument, "refused with another code", error.message());
    expect(!error.message().empty(), "refused without words");
    for (const char c : error.message())
        expect(static_cast<unsigned char>(c) >= 0x20, "refused with a control character", error.message());
}

std::string printed(const CatalogKindSpec& spec, const json::object& body) {
    return spec.markdown ? to_markdown(spec, body) : to_yaml(body);
}

void check_round_trip(const Kind& kind, const CheckedBody& checked) {
    const std::string body = json::serialize(checked.body);
    const std::string text = printed(kind.spec, checked.body);
    try {
        const CheckedBody again = check_resource(kind, checked.name, parse_resource(kind.spec, text, ""), true);
        expect(json::serialize(again.body) == body, "printed with another meaning", text + "\n" + body);
        expect(printed(kind.spec, again.body) == text, "printed in another way", text);
        const std::string api = json::serialize(to_api_json(kind.spec, checked.body));
        const CheckedBody from_api = check_resource(kind, checked.name, parse_resource(kind.spec, api, ""), true);
        expect(json::serialize(from_api.body) == body, "another meaning as JSON", api + "\n" + body);
        if (kind.spec.markdown) {
            const SourceDocument source = parse_resource(kind.spec, checked.content, "");
            expect(json::serialize(check_resource(kind, checked.name, source, true).body) == body,
                   "the kept text has another meaning", checked.content);
        }
    } catch (const Error& error) {
        expect(false, "what was printed is refused: " + error.message(), text);
    }
    references_of(kind.spec, checked.body);
    column_values(kind.spec, checked.body);
}

void check_fields(const json::object& fields) {
    const std::string text = yaml_text(fields);
    const json::value again = fields.empty() ? json::value(json::object()) : parse_yaml(text, {"printed"}).top;
    expect(again == json::value(fields), "YAML with another meaning", text);
}

/// The first line "path=value" of the text, as a change to its fields.
void check_change(const CatalogKindSpec& spec, SourceDocument document, std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    const FieldChange change{std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)), false};
    apply_changes(spec, document, {change});
}

void check_text(const Kind& kind, std::string_view text) {
    try {
        const SourceDocument document = parse_resource(kind.spec, text, "");
        check_fields(document.fields);
        const std::string name = kind.spec.markdown ? "given" : "";
        json::object fields = document.fields;
        check_round_trip(kind, check_resource(kind, fields.contains("name") ? "" : name, document));
        check_change(kind.spec, document, text);
    } catch (const Error& error) {
        check_refusal(error);
    }
}

void check_stream(const KindRegistry& kinds, std::string_view text) {
    try {
        for (const StreamDocument& item : parse_stream(kinds, text, "", "")) {
            const Kind& kind = kinds.get(item.kind);
            check_round_trip(kind, check_resource(kind, kind.spec.markdown ? "given" : "", item.document));
        }
    } catch (const Error& error) {
        check_refusal(error);
    }
}

}
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace murmur;
    static const Kind thing{every_type_spec(), nullptr};
    static const Kind note{every_text_spec(), nullptr};
    static const KindRegistry kinds;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_text(thing, text);
    check_text(note, text);
    check_stream(kinds, text);
    return 0;
}
