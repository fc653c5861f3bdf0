#include "daemon/catalog_parts.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "base/paths.hpp"

namespace murmur {

namespace {

bool has_placement(const CatalogContribution& contribution) {
    return std::any_of(contribution.builtins.begin(), contribution.builtins.end(),
                       [](const CatalogBuiltin& builtin) { return builtin.kind == "placement"; });
}

/// A substrate that brings nothing of its own still gets what a workspace needs.
void add_plain_builtins(const std::string& substrate, CatalogContribution& contribution) {
    const std::string name = "murmur-" + substrate;
    const std::string value = substrate_enum_name(substrate);
    contribution.builtins.push_back({"machine-type", {{"name", name}, {"vcpus", 1}, {"memory_gb", 1}}});
    contribution.builtins.push_back({"disk-type", {{"name", name}, {"substrate", value}}});
    contribution.builtins.push_back({"image",
                                     {{"name", name},
                                      {"architecture", "ARCHITECTURE_AMD64"},
                                      {"source", json::object{{substrate, json::object{}}}}}});
    contribution.builtins.push_back({"placement", {{"name", name}, {"substrate", value}}});
    contribution.builtins.push_back({"environment",
                                     {{"name", name},
                                      {"substrate", value},
                                      {"machine_type_ref", name},
                                      {"disk_type_ref", name},
                                      {"disk_size_gb", 0}}});
    const bool has_image_section = std::any_of(contribution.sections.begin(), contribution.sections.end(),
                                               [](const CatalogSection& section) { return section.kind == "image"; });
    if (has_image_section) return;
    FieldSpec section;
    section.name = substrate;
    section.type = FieldType::object;
    section.help = "What the machines of substrate " + substrate + " have.";
    contribution.sections.push_back({"image", section, "source"});
}

}

KindRegistry make_kind_registry(const PluginHost& plugins,
                                const std::function<std::shared_ptr<Substrate>(const std::string&)>& substrate,
                                Logger& logger) {
    KindRegistry kinds;
    const auto guarded = [&logger](const std::string& what, const std::string& name, const auto& work) {
        try {
            work();
        } catch (...) {
            const Error error = current_error();
            logger.log(LogLevel::error, "catalog does without " + what,
                       {{"name", name}, {"error", error.message()}, {"hint", error.hint()}});
        }
    };
    for (const std::string& name : plugins.provider_names("catalog-kind"))
        guarded("the kind of a plugin", name, [&] { kinds.add(plugins.make_catalog_kind(name)); });
    for (const std::string& name : plugins.substrate_names())
        guarded("the part of a substrate", name, [&] {
            CatalogContribution contribution = substrate(name)->catalog();
            if (!has_placement(contribution)) add_plain_builtins(name, contribution);
            kinds.add_substrate(name, contribution);
        });
    return kinds;
}

std::vector<CatalogBuiltin> make_builtins(const KindRegistry& kinds) {
    std::vector<CatalogBuiltin> builtins = load_builtins(kinds, (share_dir() / "catalog").string());
    builtins.insert(builtins.end(), kinds.builtins().begin(), kinds.builtins().end());
    return builtins;
}

}
