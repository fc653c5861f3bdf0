#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class MachineTypeKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "machine-type";
        spec.description = "A size of machine, and what it costs an hour in each region.";
        spec.fields = {
            name_field("What environments call it."),
            {.name = "vcpus",
             .type = FieldType::number,
             .required = true,
             .help = "How many virtual CPUs it has.",
             .minimum = smallest_positive,
             .out_of_range = "vcpus must be positive",
             .example = "4"},
            {.name = "memory_gb",
             .type = FieldType::number,
             .required = true,
             .help = "How much memory it has, in gigabytes.",
             .minimum = smallest_positive,
             .out_of_range = "memory_gb must be positive",
             .example = "16"},
            architecture_field(false),
            platform_field(),
            description_field(),
        };
        spec.sections_after = "architecture";
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"vcpus", "memory_gb", "architecture", "description"};
        spec.example = "name: build-box\nvcpus: 16\nmemory_gb: 64\n";
        return spec;
    }
};

}

CoreKind make_machine_type_kind() { return {90, std::make_shared<MachineTypeKind>()}; }

}
