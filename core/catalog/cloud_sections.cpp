#include "catalog/cloud_sections.hpp"

#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

FieldSpec text_field(std::string name, std::string help, std::string example = {}) {
    return {.name = std::move(name), .help = std::move(help), .length_max = 2048, .example = std::move(example)};
}

FieldSpec required_text(std::string name, std::string help, std::string example = {}) {
    FieldSpec field = text_field(std::move(name), std::move(help), std::move(example));
    field.required = true;
    return field;
}

FieldSpec text_list(std::string name, std::string help, std::string example = {}) {
    return {.name = std::move(name),
            .type = FieldType::string_list,
            .help = std::move(help),
            .length_max = list_items_max,
            .example = std::move(example)};
}

FieldSpec required_list(std::string name, std::string help, std::string example = {}) {
    FieldSpec field = text_list(std::move(name), std::move(help), std::move(example));
    field.required = true;
    return field;
}

/// "regions: {us-west1: {cost_per_hour: 0.19}}"
FieldSpec prices_by_region(std::string price, std::string help) {
    return {.name = "regions",
            .type = FieldType::object_map,
            .help = "The regions that have it, and its price in each.",
            .fields = {{.name = std::move(price),
                        .type = FieldType::number,
                        .required = true,
                        .help = std::move(help),
                        .minimum = 0,
                        .example = "0.19"}},
            .length_max = list_items_max};
}

FieldSpec section(std::string name, std::string help, std::vector<FieldSpec> fields) {
    return {.name = std::move(name), .type = FieldType::object, .help = std::move(help), .fields = std::move(fields)};
}

constexpr const char* hourly_help = "What an hour costs, in US dollars.";
constexpr const char* monthly_help = "What a gibibyte costs a month, in US dollars.";

CatalogContribution gcp_contribution() {
    return {.sections =
                {
                    {"machine-type", section("gce", "The machine type at Google.",
                                             {required_text("machine_type", "Its name there.", "n2-standard-4"),
                                              prices_by_region("cost_per_hour", hourly_help)})},
                    {"disk-type", section("gcp", "The disk type at Google.",
                                          {required_text("disk_type", "Its name there.", "pd-balanced"),
                                           prices_by_region("cost_per_gib_month", monthly_help)})},
                    {"image",
                     section("gce", "An image at Google.",
                             {required_text("self_link", "Its path or URL.", "projects/acme/global/images/go-stack")}),
                     "source"},
                    {"placement",
                     section("gcp", "The place at Google.",
                             {text_field("project", "The project; without it, the one of murmurd's settings.",
                                         "acme-agents"),
                              text_field("network_project", "The project of the network, if it is a shared one."),
                              text_field("subnet", "The subnet, by name or self-link."),
                              required_list("zones", "Zones of one region; the next is tried where one is full.",
                                            "[us-west1-a]"),
                              text_field("wif_provider_resource_name",
                                         "The provider of workload identities that trusts this murmurd."),
                              text_field("wif_service_account", "The service account that makes machines."),
                              text_field("wif_readonly_service_account", "The service account that looks at machines."),
                              {.name = "assign_public_ip",
                               .type = FieldType::boolean,
                               .default_value = false,
                               .help = "Whether machines get a public address."}})},
                },
            .builtins = {}};
}

CatalogContribution aws_contribution() {
    return {
        .sections =
            {
                {"machine-type", section("aws", "The instance type at Amazon.",
                                         {required_text("instance_type", "Its name there.", "m5.xlarge"),
                                          prices_by_region("cost_per_hour", hourly_help)})},
                {"disk-type", section("aws", "The volume type at Amazon.",
                                      {required_text("volume_type", "Its name there.", "gp3"),
                                       prices_by_region("cost_per_gib_month", monthly_help)})},
                {"image",
                 section("aws", "An AMI.",
                         {required_text("ami_id", "The AMI.", "ami-0123456789abcdef0"),
                          text_field("region", "The region that it is in; without it, the placement's.", "us-west-2")}),
                 "source"},
                {"placement",
                 section("aws", "The place at Amazon.",
                         {text_field("account_id", "The account; without it, the one of murmurd's settings."),
                          required_text("region", "The region.", "us-west-2"), text_field("subnet", "The subnet."),
                          text_list("security_groups", "The security groups of machines."),
                          text_field("instance_profile", "The instance profile that machines run as."),
                          text_field("vpc_id", "The network."),
                          text_list("subnet_ids",
                                    "Subnets, one for each availability zone; the next is tried where one "
                                    "is full."),
                          text_field("security_group_id", "The security group, if there is one alone."),
                          text_field("role_arn", "The role that makes machines."),
                          text_field("readonly_role_arn", "The role that looks at machines."),
                          text_field("oidc_provider_arn", "The identity provider that trusts this murmurd."),
                          text_field("instance_profile_arn", "The instance profile by its ARN.")})},
            },
        .builtins = {}};
}

}

std::vector<std::pair<std::string, CatalogContribution>> cloud_contributions() {
    return {{"gcp", gcp_contribution()}, {"aws", aws_contribution()}};
}

CatalogSection container_image_section() {
    return {"image",
            section("docker", "A container image.",
                    {required_text("repository", "The repository, with its registry.", "ghcr.io/acme/agent"),
                     text_field("tag", "The tag or digest; without it, latest.", "2026-05")}),
            "source"};
}

}
