#include "catalog/kind_registry.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>
#include <tuple>

#include "catalog/cloud_sections.hpp"
#include "catalog/core_kind.hpp"
#include "catalog/kind_table.hpp"
#include "catalog/source_document.hpp"
#include "catalog/validation.hpp"

namespace murmur {

namespace {

FieldSpec* find_spec(std::vector<FieldSpec>& fields, std::string_view name) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

/// The field whose values are the substrates, if the kind has one.
FieldSpec* substrate_enumeration(CatalogKindSpec& spec) {
    FieldSpec* const field = find_spec(spec.fields, "substrate");
    return field && field->type == FieldType::enumeration ? field : nullptr;
}

void add_value(std::vector<std::string>& values, const std::string& value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// "source must name exactly one of gce, aws, docker"
std::string one_of_complaint(const std::string& parent, const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return parent + " must name exactly one of " + text;
}

/// Adds a section of the substrate to the kind, unless there is one of that name.
void add_section(CatalogKindSpec& spec, const CatalogSection& section, const std::string& substrate,
                 std::size_t& count) {
    if (!section.parent.empty()) {
        FieldSpec* const parent = find_spec(spec.fields, section.parent);
        if (!parent || parent->type != FieldType::object)
            throw Error(Errc::invalid_argument, "catalog kind \"" + spec.name + "\" has no object \"" + section.parent +
                                                    "\" for a section \"" + section.field.name + "\"");
        if (find_spec(parent->fields, section.field.name)) return;
        parent->fields.push_back(section.field);
        if (parent->groups.empty()) parent->groups.push_back({.fields = {}, .only_one = true});
        FieldGroup& group = parent->groups.front();
        group.fields.push_back(section.field.name);
        group.missing = one_of_complaint(parent->name, group.fields);
        return;
    }
    if (find_spec(spec.fields, section.field.name)) return;
    FieldSpec field = section.field;
    if (substrate_enumeration(spec)) field.when = {"substrate", substrate};
    auto place = spec.fields.end();
    if (FieldSpec* const before = find_spec(spec.fields, spec.sections_after))
        place = spec.fields.begin() + (before - spec.fields.data()) + 1 + static_cast<std::ptrdiff_t>(count);
    spec.fields.insert(place, std::move(field));
    ++count;
}

std::vector<std::string> names_of(const std::vector<std::unique_ptr<Kind>>& kinds) {
    std::vector<std::string> names;
    for (const auto& kind : kinds) names.push_back(kind->spec.name);
    return names;
}

/// A builtin as its kind stores it.
CatalogBuiltin checked_builtin(const Kind& kind, const CatalogBuiltin& builtin, std::string_view substrate) {
    try {
        SourceDocument document;
        document.fields = builtin.body;
        CheckedBody checked = check_resource(kind, std::string(builtin.body.at("name").as_string()), document);
        if (!checked.body.contains("name")) checked.body.emplace("name", checked.name);
        return {builtin.kind, std::move(checked.body)};
    } catch (const Error& error) {
        throw error.in("reading builtin " + builtin.kind + " of substrate \"" + std::string(substrate) + "\"");
    }
}

/// The example is in the documentation: whoever copies it must not get a complaint.
void check_example(const Kind& kind) {
    if (kind.spec.read_only) return;
    try {
        const std::string name = kind.spec.markdown ? "example" : std::string();
        check_resource(kind, name, parse_resource(kind.spec, kind.spec.example, "the example"));
    } catch (const Error& error) {
        throw Error(Errc::invalid_argument,
                    "catalog kind \"" + kind.spec.name + "\": its example is refused: " + error.message())
            .with_hint("Correct the example, or the table, in the plugin that brings this kind.");
    }
}

void check_references(const std::string& kind, const std::vector<FieldSpec>& fields,
                      const std::vector<std::string>& known) {
    for (const FieldSpec& field : fields) {
        for (const std::string& reference : field.references)
            if (std::find(known.begin(), known.end(), reference) == known.end())
                throw Error(Errc::invalid_argument, "catalog kind \"" + kind + "\": field \"" + field.name +
                                                        "\" references kind \"" + reference + "\", which is unknown")
                    .with_hint(did_you_mean(reference, known));
        check_references(kind, field.fields, known);
    }
}

}

bool Kind::has_verb(std::string_view verb) const {
    return std::find(spec.verbs.begin(), spec.verbs.end(), verb) != spec.verbs.end();
}

std::string Kind::create_permission() const { return spec.name + (has_verb("create") ? ".create" : ".edit"); }

std::string Kind::replace_permission() const { return spec.name + (has_verb("edit") ? ".edit" : ".create"); }

void Kind::refuse_if_read_only() const {
    if (spec.read_only)
        throw Error(Errc::invalid_argument, "kind \"" + spec.name + "\" is read-only: murmur writes it")
            .with_hint("Read it with: murmur get " + spec.name);
}

KindRegistry::KindRegistry() {
    std::vector<CoreKind> kinds = core_kinds();
    std::sort(kinds.begin(), kinds.end(), [](const CoreKind& a, const CoreKind& b) { return a.rank < b.rank; });
    for (CoreKind& core : kinds) {
        auto kind = std::make_unique<Kind>(Kind{core.kind->spec(), std::move(core.kind)});
        by_name_[kind->spec.name] = kind.get();
        kinds_.push_back(std::move(kind));
    }
    for (const auto& [substrate, contribution] : cloud_contributions()) add_substrate(substrate, contribution);
    const CatalogSection container = container_image_section();
    check_section(container);
    add_section(by_name_.find(container.kind)->second->spec, container, {}, section_counts_[container.kind]);
    const std::vector<std::string> names = names_of(kinds_);
    for (const auto& kind : kinds_) {
        check_kind_table(kind->spec);
        check_references(kind->spec.name, kind->spec.fields, names);
        check_example(*kind);
    }
}

void KindRegistry::add(std::shared_ptr<const CatalogKind> checks) {
    auto kind = std::make_unique<Kind>(Kind{checks->spec(), checks});
    const std::string name = kind->spec.name;
    if (by_name_.contains(name))
        throw Error(Errc::already_exists, "there is a catalog kind \"" + name + "\" already")
            .with_hint("Give it another name, or remove the other plugin.");
    for (const auto& [substrate, section] : sections_)
        if (section.kind == name) add_section(kind->spec, section, substrate, section_counts_[name]);
    if (FieldSpec* const substrates = substrate_enumeration(kind->spec))
        for (const std::string& substrate : substrates_) add_value(substrates->values, substrate);
    check_kind_table(kind->spec);
    std::vector<std::string> known = names_of(kinds_);
    known.push_back(name);
    check_references(name, kind->spec.fields, known);
    check_example(*kind);
    by_name_[name] = kind.get();
    kinds_.push_back(std::move(kind));
}

void KindRegistry::add_substrate(std::string_view substrate, const CatalogContribution& contribution) {
    for (const CatalogSection& section : contribution.sections) check_section(section);
    for (const CatalogBuiltin& builtin : contribution.builtins) {
        const json::value* const name = builtin.body.if_contains("name");
        if (!name || !name->is_string() || std::string_view(name->get_string()).substr(0, 7) != "murmur-")
            throw Error(Errc::invalid_argument, "substrate \"" + std::string(substrate) + "\": a builtin " +
                                                    builtin.kind + " has no name that begins with \"murmur-\"");
        get(builtin.kind);
    }
    // Builtins can be checked only with the sections in place: if one is refused, everything is as it was.
    std::vector<CatalogKindSpec> specs;
    for (const auto& kind : kinds_) specs.push_back(kind->spec);
    const auto before = std::tuple(substrates_, sections_, section_counts_, builtins_);
    try {
        add_sections(substrate_enum_name(substrate), contribution.sections);
        add_builtins(substrate, contribution.builtins);
    } catch (...) {
        for (std::size_t i = 0; i < kinds_.size(); ++i) kinds_[i]->spec = std::move(specs[i]);
        std::tie(substrates_, sections_, section_counts_, builtins_) = before;
        throw;
    }
}

void KindRegistry::add_sections(const std::string& substrate, const std::vector<CatalogSection>& sections) {
    add_value(substrates_, substrate);
    for (const auto& kind : kinds_)
        if (FieldSpec* const field = substrate_enumeration(kind->spec)) add_value(field->values, substrate);
    for (const CatalogSection& section : sections) {
        sections_.emplace_back(substrate, section);
        if (const auto found = by_name_.find(section.kind); found != by_name_.end())
            add_section(found->second->spec, section, substrate, section_counts_[section.kind]);
    }
}

void KindRegistry::add_builtins(std::string_view substrate, const std::vector<CatalogBuiltin>& builtins) {
    const auto is_there = [&](const CatalogBuiltin& wanted) {
        return std::any_of(builtins_.begin(), builtins_.end(), [&](const CatalogBuiltin& builtin) {
            return builtin.kind == wanted.kind && builtin.body.at("name") == wanted.body.at("name");
        });
    };
    for (const CatalogBuiltin& builtin : builtins)
        if (!is_there(builtin)) builtins_.push_back(checked_builtin(get(builtin.kind), builtin, substrate));
}

const Kind* KindRegistry::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

const Kind& KindRegistry::get(std::string_view name) const {
    if (const Kind* const kind = find(name)) return *kind;
    std::string hint = did_you_mean(name, names_of(kinds_));
    if (hint.empty()) hint = "Run murmur describe to see which kinds there are.";
    throw Error(Errc::invalid_argument, "unknown catalog kind \"" + std::string(name) + "\"").with_hint(hint);
}

std::string substrate_enum_name(std::string_view substrate) {
    std::string name = "SUBSTRATE_";
    for (const char c : substrate) {
        const bool lower = c >= 'a' && c <= 'z';
        name += lower ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
    }
    return name;
}

std::string substrate_of_enum_name(std::string_view value) {
    constexpr std::string_view prefix = "SUBSTRATE_";
    if (value.substr(0, prefix.size()) != prefix) return {};
    std::string name;
    for (const char c : value.substr(prefix.size())) {
        const bool upper = c >= 'A' && c <= 'Z';
        name += upper ? static_cast<char>(c - 'A' + 'a') : c == '_' ? '-' : c;
    }
    return name;
}

}
