#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

/// "us-west1" of the zone "us-west1-b".
std::string region_of_zone(const std::string& zone) { return zone.substr(0, zone.rfind('-')); }

class PlacementKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "placement";
        spec.description = "Where machines run: the cloud, its project or account, the region and the network.";
        spec.fields = {
            name_field("What workspaces call it."),
            substrate_field("The cloud, or this computer."),
            platform_field(),
            {.name = "service_account",
             .help = "The service account that machines run as.",
             .length_max = 255,
             .example = "agents@acme.iam.gserviceaccount.com"},
            service_account_bindings(),
            description_field(),
        };
        spec.sections_after = "platform";
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"substrate", "description"};
        spec.example =
            "name: acme-west\n"
            "substrate: SUBSTRATE_GCP\n"
            "gcp:\n"
            "  project: acme-agents\n"
            "  zones: [us-west1-a, us-west1-b]\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        if (const json::object* const gcp = object_at(body, "gcp")) {
            const std::vector<std::string> zones = texts_at(*gcp, "zones");
            check_unique(zones, "gcp.zones");
            for (const std::string& zone : zones)
                if (region_of_zone(zone) != region_of_zone(zones.front()))
                    throw Error(Errc::invalid_argument, "gcp.zones must be of one region, and \"" + zones.front() +
                                                            "\" and \"" + zone + "\" are not");
        }
        const std::vector<const json::object*> bindings = objects_at(body, "service_account_bindings");
        for (std::size_t i = 0; i < bindings.size(); ++i) {
            const std::string path = "service_account_bindings[" + std::to_string(i) + "].grants[";
            const std::vector<const json::object*> grants = objects_at(*bindings[i], "grants");
            for (std::size_t j = 0; j < grants.size(); ++j) check_grant(*grants[j], path + std::to_string(j) + "]");
        }
    }

private:
    static FieldSpec service_account_bindings() {
        return {
            .name = "service_account_bindings",
            .type = FieldType::object_list,
            .help = "Identities that agents' machines may run as, and who may ask for each.",
            .fields =
                {{.name = "gcp_service_account", .help = "The e-mail address of a service account.", .length_max = 255},
                 {.name = "aws_instance_profile_arn", .help = "The ARN of an instance profile.", .length_max = 2048},
                 grant_field("grants", FieldType::object_list, "Who may; the permission is placement-sa.assume.")},
            .groups = {{.fields = {"gcp_service_account", "aws_instance_profile_arn"},
                        .only_one = true,
                        .missing = "service_account_bindings needs gcp_service_account or aws_instance_profile_arn "
                                   "in each item"}},
            .length_max = 100};
    }
};

}

CoreKind make_placement_kind() { return {120, std::make_shared<PlacementKind>()}; }

}
