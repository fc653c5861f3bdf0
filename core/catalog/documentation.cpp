#include <algorithm>

#include "catalog/field_paths.hpp"
#include "catalog/field_table.hpp"
#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

/// A text within a cell of a Markdown table.
std::string table_cell(std::string_view text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|') cell += '\\';
        cell += c == '\n' ? ' ' : c;
    }
    return cell;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string code_list(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + code(word);
    return text;
}

std::string field_description(const FieldSpec& field) {
    std::string text = field.help;
    const auto add = [&](const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; };
    if (!field.values.empty()) add("One of " + code_list(field.values) + ".");
    if (!field.references.empty()) {
        std::string kinds;
        for (const std::string& kind : field.references) kinds += (kinds.empty() ? "" : " or ") + code(kind);
        const bool vowel = std::string_view("aeio").find(field.references[0][0]) != std::string_view::npos;
        add((vowel ? "Names an " : "Names a ") + kinds + ".");
    }
    if (!field.also.empty()) add("Also read as " + code_list(field.also) + ".");
    if (field.length_max != 0)
        add("At most " + std::to_string(field.length_max) + (field.type == FieldType::string ? " bytes." : " items."));
    if (field.read_only) add("Set by murmur; ignored on input.");
    if (field.write_only) add("Stored encrypted, and never shown again.");
    return text;
}

std::string name_rule_text(const CatalogKindSpec& spec) {
    if (!spec.singleton.empty()) return "There is one per tenant, named " + code(spec.singleton) + ".";
    switch (spec.name_rule) {
        case NameRule::secret: return "Names match `[A-Z][A-Z0-9_]*`.";
        case NameRule::image:
            return "Names match `[a-z][a-z0-9-]{0,62}`; the hash of a bake may follow, as in `go-stack@9f86d081`.";
        case NameRule::clone_url: return "The name is the field `clone_url`.";
        case NameRule::account: return "The name is an account's.";
        default: return "Names match `[a-z][a-z0-9-]{0,62}`.";
    }
}

}

std::string documentation(const CatalogKindSpec& spec) {
    std::string text = "## " + spec.name + "\n\n" + spec.description + "\n\n" + name_rule_text(spec);
    if (spec.per_user) text += " Each user has resources of their own.";
    if (spec.read_only) text += " murmur writes it; nobody else does.";
    text += "\n\n";
    std::vector<std::string> permissions;
    for (const std::string& verb : spec.verbs) permissions.push_back(spec.name + "." + verb);
    if (!permissions.empty()) text += "Permissions: " + code_list(permissions) + "\n\n";
    if (!spec.example.empty()) {
        text += "The least input that is accepted:\n\n```" + std::string(spec.markdown ? "markdown" : "yaml") + "\n";
        text += spec.example + (spec.example.ends_with('\n') ? "" : "\n") + "```\n\n";
    }
    const std::vector<FieldRow> rows = field_table(spec);
    if (!rows.empty()) text += "| Field | Type | Required | Default | Description |\n| --- | --- | --- | --- | --- |\n";
    for (const FieldRow& row : rows)
        text += "| " + code(row.path) + " | " + table_cell(row.type) + " | " + table_cell(row.required) + " | " +
                table_cell(code(row.default_value)) + " | " + table_cell(field_description(*row.field)) + " |\n";
    if (spec.markdown)
        text += "\nThe fields are the front matter, between two lines `---`; the text below it is " +
                code(body_field_name(spec)) + ".\n";
    return text;
}

}
