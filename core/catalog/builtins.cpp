#include "catalog/builtins.hpp"

#include <algorithm>
#include <filesystem>
#include <murmur/error.hpp>
#include <set>

#include "base/file.hpp"
#include "catalog/resource_text.hpp"
#include "catalog/source_document.hpp"
#include "catalog/validation.hpp"

namespace murmur {

namespace {

/// In the order of their names, so that complaints do not depend on the disk.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory, const std::string& extension) {
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

CatalogBuiltin checked_builtin(const Kind& kind, const std::string& name, const SourceDocument& document,
                               const std::filesystem::path& file) {
    try {
        CheckedBody checked = check_resource(kind, name, document);
        if (!checked.body.contains("name")) checked.body.emplace("name", checked.name);
        return {kind.spec.name, std::move(checked.body)};
    } catch (const Error& error) {
        // What is not there has no place, but a file that it should be in.
        throw error.context().empty() ? error.in(file.string()) : error;
    }
}

void read_streams(const KindRegistry& kinds, const std::string& directory, std::vector<CatalogBuiltin>& builtins) {
    for (const std::filesystem::path& file : files_in(directory, ".yaml")) {
        const std::string text = read_file(file, document_bytes_max);
        for (const StreamDocument& entry : parse_stream(kinds, text, file.string(), ""))
            builtins.push_back(checked_builtin(kinds.get(entry.kind), "", entry.document, file));
    }
}

void read_texts(const Kind& kind, const std::string& directory, std::vector<CatalogBuiltin>& builtins) {
    for (const std::filesystem::path& file : files_in(std::filesystem::path(directory) / kind.spec.name, ".md"))
        builtins.push_back(checked_builtin(
            kind, file.stem(), parse_resource(kind.spec, read_file(file, document_bytes_max), file.string()), file));
}

std::string name_of(const CatalogBuiltin& builtin) { return std::string(builtin.body.at("name").as_string()); }

void refuse_doubles(const std::vector<CatalogBuiltin>& builtins) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const CatalogBuiltin& builtin : builtins)
        if (!seen.emplace(builtin.kind, name_of(builtin)).second)
            throw Error(Errc::data_loss, builtin.kind + " \"" + name_of(builtin) + "\" is there twice");
}

void check_references(const KindRegistry& kinds, const std::vector<CatalogBuiltin>& builtins) {
    std::vector<CatalogBuiltin> all = builtins;
    all.insert(all.end(), kinds.builtins().begin(), kinds.builtins().end());
    const BuiltinTable table(kinds, std::move(all));
    const CatalogLookup lookup = [&](std::string_view kind, std::string_view name) -> std::optional<json::object> {
        const Resource* found = table.find(kind, name);
        return found ? std::optional(found->body) : std::nullopt;
    };
    for (const CatalogBuiltin& builtin : builtins) {
        const Kind& kind = kinds.get(builtin.kind);
        for (const BodyReference& reference : references_of(kind.spec, builtin.body))
            if (std::none_of(reference.kinds.begin(), reference.kinds.end(),
                             [&](const std::string& target) { return table.find(target, reference.name); }))
                throw Error(Errc::data_loss, builtin.kind + " \"" + name_of(builtin) + "\": " + reference.path + ": " +
                                                 reference.kinds.front() + " \"" + reference.name +
                                                 "\" does not exist");
        if (kind.checks) kind.checks->validate_with(builtin.body, lookup);
    }
}

}

std::vector<CatalogBuiltin> load_builtins(const KindRegistry& kinds, const std::string& directory) {
    std::vector<CatalogBuiltin> builtins;
    try {
        read_streams(kinds, directory, builtins);
        for (const auto& kind : kinds.all())
            if (kind->spec.markdown) read_texts(*kind, directory, builtins);
        refuse_doubles(builtins);
        check_references(kinds, builtins);
    } catch (const Error& error) {
        Error damaged(Errc::data_loss, error.message());
        for (const std::string& line : error.context()) damaged = damaged.in(line);
        throw damaged.in("reading the platform's catalog in \"" + directory + "\"").with_hint("Install murmur again.");
    }
    return builtins;
}

BuiltinTable::BuiltinTable(const KindRegistry& kinds, std::vector<CatalogBuiltin> builtins) {
    for (CatalogBuiltin& builtin : builtins) {
        const CatalogKindSpec& spec = kinds.get(builtin.kind).spec;
        Resource resource;
        resource.key = {"", builtin.kind, "", name_of(builtin)};
        resource.generation = 1;
        resource.author = "murmur";
        resource.platform = true;
        resource.body = std::move(builtin.body);
        if (spec.markdown) {
            const bool has_name = std::any_of(spec.fields.begin(), spec.fields.end(),
                                              [](const FieldSpec& field) { return field.name == "name"; });
            if (!has_name) resource.body.stable_erase("name");
            resource.content = to_markdown(spec, resource.body);
        }
        const std::string name = resource.key.name;
        kinds_[builtin.kind].emplace(name, std::move(resource));
    }
}

const Resource* BuiltinTable::find(std::string_view kind, std::string_view name) const {
    const Names& names = of_kind(kind);
    const auto found = names.find(name);
    return found == names.end() ? nullptr : &found->second;
}

const BuiltinTable::Names& BuiltinTable::of_kind(std::string_view kind) const {
    const auto found = kinds_.find(kind);
    return found == kinds_.end() ? none_ : found->second;
}

}
