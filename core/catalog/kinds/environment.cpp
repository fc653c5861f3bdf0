#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class EnvironmentKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "environment";
        spec.description = "The shape of a machine: its size and its disk, wherever it runs.";
        spec.fields = {
            name_field("What workspaces call it."),
            substrate_field("The cloud whose machine and disk types these are, or this computer."),
            {.name = "machine_type_ref",
             .required = true,
             .references = {"machine-type"},
             .help = "The size of the machine.",
             .example = "murmur-n2-standard-4"},
            {.name = "disk_type_ref",
             .required = true,
             .references = {"disk-type"},
             .help = "The kind of its disk.",
             .example = "murmur-pd-balanced"},
            {.name = "disk_size_gb",
             .type = FieldType::integer,
             .required = true,
             .help = "The size of its disk in gigabytes; 0 is the size of the image.",
             .minimum = 0,
             .out_of_range = "disk_size_gb must be non-negative",
             .example = "100"},
            {.name = "startup_script",
             .help = "A script that runs as root whenever the machine starts, before the agent does.",
             .length_max = startup_script_bytes_max},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"substrate", "machine_type_ref", "disk_size_gb", "description"};
        spec.example =
            "name: go-medium\n"
            "substrate: SUBSTRATE_GCP\n"
            "machine_type_ref: murmur-n2-standard-4\n"
            "disk_type_ref: murmur-pd-balanced\n"
            "disk_size_gb: 100\n";
        return spec;
    }

    void validate_with(const json::object& body, const CatalogLookup& lookup) const override {
        const std::string substrate = text_at(body, "substrate");
        const std::string machine_type = text_at(body, "machine_type_ref");
        const std::string disk_type = text_at(body, "disk_type_ref");
        if (const auto found = lookup("machine-type", machine_type); found && !has_section_for(*found, substrate))
            throw Error(Errc::invalid_argument,
                        "machine_type_ref names machine type \"" + machine_type + "\", which is not for " + substrate);
        const std::string of_disk = substrate_of(lookup, "disk-type", disk_type);
        if (!of_disk.empty() && of_disk != substrate)
            throw Error(Errc::invalid_argument, "disk_type_ref names disk type \"" + disk_type + "\", which is for " +
                                                    of_disk + ", not for " + substrate);
    }

private:
    /// As a recipe's script.
    static constexpr std::size_t startup_script_bytes_max = std::size_t{256} << 10;
};

}

CoreKind make_environment_kind() { return {140, std::make_shared<EnvironmentKind>()}; }

}
