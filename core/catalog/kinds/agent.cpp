#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class AgentKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "agent";
        spec.description = "An agent that was spawned. murmur writes it; spawn, kill and the queue change it.";
        spec.read_only = true;
        spec.fields = {
            shown("name", FieldType::string, "The slug."),
            shown("agent_id", FieldType::string, "What identifies it in the tenant."),
            shown("grants", FieldType::string_list, "The permissions that it has."),
            shown("created_at", FieldType::timestamp, "When it was spawned."),
            shown("terminated_at", FieldType::timestamp, "When it ended, if it did."),
            shown("session_url", FieldType::string, "Where its session can be watched."),
            shown("purpose", FieldType::string, "What it is for, in a line."),
            shown("service_profile", FieldType::string, "The service profile that it runs as, if it is not a user's."),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete", "kill"};
        spec.columns = {"created_at", "purpose"};
        return spec;
    }

private:
    static FieldSpec shown(std::string name, FieldType type, std::string help) {
        return {.name = std::move(name), .type = type, .read_only = true, .help = std::move(help)};
    }
};

}

CoreKind make_agent_kind() { return {180, std::make_shared<AgentKind>()}; }

}
