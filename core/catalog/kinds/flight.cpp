#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

bool is_event_name(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos &&
           text.front() >= 'a' && text.front() <= 'z';
}

std::vector<FieldSpec> flight_fields() {
    return {
        {.name = "workspace",
         .required = true,
         .references = {"workspace"},
         .help = "The workspace of its agents.",
         .example = "acme-api"},
        {.name = "daemon",
         .type = FieldType::boolean,
         .default_value = false,
         .help = "Whether it runs all the time and takes events one after the other."},
        {.name = "paused",
         .type = FieldType::boolean,
         .default_value = false,
         .help = "Whether its triggers are switched off."},
        {.name = "on",
         .type = FieldType::object_map,
         .help =
             "What starts it: events such as pr_opened, pr_labeled, pr_synchronize and push, or schedule, each with "
             "its filters.",
         .length_max = 64,
         .example = "{pr_opened: {base_branches: [main]}}"},
        {.name = "persona",
         .references = {"agent-persona"},
         .help = "The persona of the agent that runs it.",
         .example = "reviewer"},
        {.name = "model", .help = "The model of the agent that runs it.", .length_max = 255, .example = "sonnet"},
        {.name = "service_profile",
         .references = {"service-profile"},
         .help = "The identity of its agents, if it is not a user's.",
         .example = "ci-bot"},
        {.name = "max_concurrent",
         .type = FieldType::integer,
         .default_value = 0,
         .help = "How many runs there may be at a time; 0 is no limit.",
         .minimum = 0,
         .out_of_range = "max_concurrent must be non-negative",
         .example = "5"},
        {.name = "dequeue_strategy",
         .type = FieldType::enumeration,
         .values = {"all", "one", "five"},
         .default_value = "all",
         .help = "Of a daemon: how many waiting events one turn gets.",
         .example = "one"},
        {.name = "expected_output",
         .type = FieldType::enumeration,
         .values = {"pr", "push", "respond", "diff", "report", "none"},
         .help = "What a run is to end with.",
         .also = {"out"},
         .example = "respond"},
        {.name = "on_idle",
         .type = FieldType::enumeration,
         .values = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"},
         .help = "What becomes of an agent that has nothing to do.",
         .example = "terminate"},
        {.name = "idle_timeout",
         .type = FieldType::duration,
         .help = "How long an agent may have nothing to do before that happens.",
         .minimum = 1,
         .example = "90m"},
        {.name = "tags",
         .type = FieldType::string_list,
         .help = "Tags of its agents, at most eight.",
         .length_max = 8,
         .example = "[nightly]"},
        description_field(),
    };
}

class FlightKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "flight";
        spec.description = "A plan that several agents carry out, when asked to or whenever something happens.";
        spec.markdown = true;
        spec.body_field = "plan";
        spec.fields = flight_fields();
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"workspace", "persona", "paused", "description"};
        spec.example =
            "---\n"
            "workspace: my-workspace\n"
            "---\n"
            "# Flight body — describes what the pilot agent should do.\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        if (const json::object* const triggers = object_at(body, "on"))
            for (const auto& [event, filters] : *triggers)
                if (!is_event_name(event))
                    throw Error(Errc::invalid_argument, "on.\"" + std::string(event) + "\" is not the name of an event")
                        .with_hint("Write it as in pr_opened; a trigger's plugin says which there are.");
        const std::vector<std::string> tags = texts_at(body, "tags");
        check_unique(tags, "tags");
    }
};

}

CoreKind make_flight_kind() { return {200, std::make_shared<FlightKind>()}; }

}
