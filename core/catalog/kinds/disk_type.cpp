#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class DiskTypeKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "disk-type";
        spec.description = "A kind of disk for machines, and what its space costs in each region.";
        spec.fields = {
            name_field("What environments call it."),
            substrate_field("Where such disks are."),
            platform_field(),
            description_field(),
        };
        spec.sections_after = "substrate";
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"substrate", "description"};
        spec.example = "name: fast-disk\nsubstrate: SUBSTRATE_GCP\ngcp:\n  disk_type: pd-ssd\n";
        return spec;
    }
};

}

CoreKind make_disk_type_kind() { return {100, std::make_shared<DiskTypeKind>()}; }

}
