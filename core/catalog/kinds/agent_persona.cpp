#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class AgentPersonaKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "agent-persona";
        spec.description = "How an agent behaves: its system prompt, model, tools and first tasks.";
        spec.markdown = true;
        spec.body_field = "prompt";
        spec.fields = {
            description_field(),
            {.name = "model",
             .help = "The model: opus, sonnet, haiku, or a full name.",
             .length_max = 255,
             .example = "claude-sonnet-4-6"},
            backend_field("without it, the workspace's."),
            on_idle_field("without it, as the workspace says."),
            {.name = "tools",
             .type = FieldType::string_list,
             .help = "The only tools that it may use; none listed: all.",
             .length_max = list_items_max,
             .example = "[Read, \"Bash(git log*)\"]"},
            {.name = "disallowed_tools",
             .type = FieldType::string_list,
             .help = "Tools that it may not use, whatever tools says.",
             .length_max = list_items_max,
             .example = "[\"Bash(rm *)\"]"},
            {.name = "max_turns",
             .type = FieldType::integer,
             .help = "After how many turns it stops; 0 is never.",
             .minimum = 0,
             .out_of_range = "max_turns must be non-negative",
             .example = "40"},
            {.name = "tasks",
             .type = FieldType::string_list,
             .help = "The checklist that it begins with.",
             .length_max = 100,
             .example = "[Run the tests.]"},
            limits_field("What an agent of this persona may use up, in place of what workspace and murmur.yaml say."),
            {.name = "category", .help = "A word that lists of personas are grouped by.", .length_max = 63},
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"model", "description"};
        spec.example =
            "---\n"
            "description: One-line summary used in catalog listings.\n"
            "---\n"
            "You are a helpful coding assistant. Use the available tools.\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        for (const char* field : {"tools", "disallowed_tools"}) check_unique(texts_at(body, field), field);
    }
};

}

CoreKind make_agent_persona_kind() { return {190, std::make_shared<AgentPersonaKind>()}; }

}
