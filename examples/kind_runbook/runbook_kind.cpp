#include "runbook_kind.hpp"

#include <murmur/error.hpp>
#include <set>

namespace runbook {

namespace {

using murmur::Errc;
using murmur::Error;
using murmur::FieldSpec;
using murmur::FieldType;

/// More than this nobody follows at night.
constexpr std::size_t steps_max = 50;

FieldSpec steps_field() {
    return {.name = "steps",
            .type = FieldType::object_list,
            .required = true,
            .help = "What to do, in this order.",
            .fields = {{.name = "title", .required = true, .help = "What it is for.", .length_max = 200},
                       {.name = "command", .help = "What to run; without it, a person does the step."},
                       {.name = "timeout",
                        .type = FieldType::duration,
                        .help = "How long the command may take.",
                        .minimum = 1,
                        .maximum = 3600,
                        .example = "5m"}},
            .missing = "at least one step is required",
            .length_max = steps_max};
}

}

murmur::CatalogKindSpec RunbookKind::spec() const {
    murmur::CatalogKindSpec spec;
    spec.name = "runbook";
    spec.description = "What is to be done when something happens.";
    spec.fields = {
        {.name = "name", .required = true, .help = "What alerts call it."},
        {.name = "severity",
         .type = FieldType::enumeration,
         .values = {"page", "ticket", "note"},
         .default_value = "ticket",
         .help = "Whether somebody is woken up.",
         .example = "page"},
        {.name = "workspace", .required = true, .references = {"workspace"}, .help = "Where an agent carries it out."},
        {.name = "persona", .references = {"agent-persona"}, .help = "How that agent behaves."},
        steps_field(),
        {.name = "contacts", .type = FieldType::string_list, .help = "Who is told, by their login."},
        {.name = "description", .help = "What it is, for people.", .length_max = 1024},
    };
    spec.verbs = {"read", "list", "create", "edit", "delete", "run"};
    spec.columns = {"severity", "workspace", "description"};
    spec.example =
        "name: restart-api\n"
        "workspace: acme-api\n"
        "steps:\n"
        "  - title: Restart the API.\n";
    return spec;
}

void RunbookKind::validate(const murmur::json::object& body) const {
    const murmur::FieldReader fields(body);
    if (fields.get_string("severity", "ticket") == "page" && fields.get_strings("contacts").empty())
        throw Error(Errc::invalid_argument, "contacts must not be empty when severity is page")
            .with_hint("Somebody has to be woken up: name them.");
    std::set<std::string> titles;
    const murmur::json::array& steps = *fields.find_array("steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string path = "steps[" + std::to_string(i) + "]";
        const murmur::FieldReader step(steps[i].as_object(), path);
        if (!titles.insert(step.get_string("title")).second)
            throw Error(Errc::invalid_argument, path + ".title is there twice: \"" + step.get_string("title") + "\"");
        if (step.has("timeout") && !step.has("command"))
            throw Error(Errc::invalid_argument, path + ".timeout is for a command, and there is none");
    }
}

void RunbookKind::validate_with(const murmur::json::object& body, const murmur::CatalogLookup& lookup) const {
    const murmur::FieldReader fields(body);
    const std::string name = fields.get_string("workspace");
    const auto workspace = lookup("workspace", name);
    if (!workspace || fields.get_string("severity", "ticket") != "page") return;
    if (murmur::FieldReader(*workspace).get_int("min_idle", 0) == 0)
        throw Error(Errc::invalid_argument,
                    "workspace \"" + name + "\" has no machine waiting, which a runbook of severity page needs")
            .with_hint("Run murmur patch workspace " + name + " --set min_idle=1.");
}

}
