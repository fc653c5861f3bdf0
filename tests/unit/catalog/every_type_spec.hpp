#pragma once

#include <murmur/catalog_kind.hpp>

namespace murmur {

/// A kind with a field of every type and rule, for tests of what tables mean.
inline CatalogKindSpec every_type_spec() {
    CatalogKindSpec spec;
    spec.name = "thing";
    spec.description = "Something with every type of field.";
    spec.fields = {
        {.name = "name", .required = true, .help = "What it is called.", .example = "a"},
        {.name = "title", .help = "Its title.", .length_max = 20, .also = {"heading_text"}},
        {.name = "count", .type = FieldType::integer, .help = "How many.", .minimum = 1, .maximum = 10},
        {.name = "size",
         .type = FieldType::integer,
         .help = "How large.",
         .minimum = 0,
         .out_of_range = "size must be non-negative"},
        {.name = "ratio", .type = FieldType::number, .help = "How much.", .minimum = 0.5},
        {.name = "enabled", .type = FieldType::boolean, .default_value = false, .help = "Whether it is on."},
        {.name = "side",
         .type = FieldType::enumeration,
         .values = {"SIDE_LEFT", "SIDE_RIGHT"},
         .help = "On which side it stands."},
        {.name = "left",
         .type = FieldType::object,
         .help = "What is only on the left.",
         .fields = {{.name = "hand", .required = true, .help = "The hand."}},
         .when = FieldCondition{"side", "SIDE_LEFT"}},
        {.name = "mode",
         .type = FieldType::enumeration,
         .values = {"fast", "dry_run"},
         .default_value = "fast",
         .help = "How it runs."},
        {.name = "timeout",
         .type = FieldType::duration,
         .help = "How long it may take.",
         .minimum = 1,
         .maximum = 3600},
        {.name = "since", .type = FieldType::timestamp, .help = "From when on."},
        {.name = "seen_at", .type = FieldType::timestamp, .read_only = true, .help = "When it was seen."},
        {.name = "tool_refs",
         .type = FieldType::string_list,
         .references = {"tool"},
         .help = "Its tools.",
         .length_max = 3},
        {.name = "parts",
         .type = FieldType::object_list,
         .help = "Its parts.",
         .fields = {{.name = "part_name", .required = true, .missing = "part part_name is required"},
                    {.name = "maker_ref", .references = {"maker", "company"}},
                    {.name = "labels", .type = FieldType::string_list}},
         .length_max = 100},
        {.name = "regions",
         .type = FieldType::object_map,
         .help = "By region.",
         .fields = {{.name = "cost_per_hour", .type = FieldType::number, .required = true},
                    {.name = "office_ref", .references = {"office"}}}},
        {.name = "triggers", .type = FieldType::object_map, .help = "Of any form."},
        {.name = "marker", .type = FieldType::object, .help = "Has no fields."},
        {.name = "grant",
         .type = FieldType::object,
         .help = "Who may use it.",
         .fields = {{.name = "users", .type = FieldType::string_list},
                    {.name = "groups", .type = FieldType::string_list, .references = {"group"}}},
         .groups = {{.fields = {"users", "groups"}, .missing = "grant must specify at least one group or user"}}},
        {.name = "plain_value", .write_only = true, .help = "Its secret."},
        {.name = "description", .help = "For people."},
    };
    return spec;
}

/// A kind whose resources are Markdown texts.
inline CatalogKindSpec every_text_spec() {
    CatalogKindSpec spec;
    spec.name = "note";
    spec.description = "A text with a front matter.";
    spec.markdown = true;
    spec.body_field = "note_text";
    spec.fields = {{.name = "description", .help = "For people."},
                   {.name = "max_turns", .type = FieldType::integer, .help = "A limit.", .minimum = 0},
                   {.name = "tool_refs", .type = FieldType::string_list, .references = {"tool"}, .help = "Its tools."}};
    return spec;
}

}
