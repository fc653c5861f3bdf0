#pragma once

#include <string>
#include <vector>

namespace murmur::conformance {

/// Whether a field must be given, as the documentation says it.
enum class Need { no, yes, one_of, when };
/// Who may write and read it.
enum class Access { both, read_only, write_only };

/// One row of the documentation of a kind: what the field is, and a value that is in order.
struct FieldCase {
    std::string kind;
    std::string path;  ///< "repos[].base_branch", "gce.regions.<name>.cost_per_hour"
    std::string type;
    Need need = Need::no;
    std::string value;           ///< JSON
    std::string complaint = {};  ///< when it is left out; empty: "<path> is required"
    std::string default_value = {};
    std::vector<std::string> values = {};  ///< of an enumeration
    Access access = Access::both;
    std::string base = {};  ///< the input that the field is put into; empty: the kind's least
};

/// The least input of a kind, as the documentation has it.
struct MinimumInput {
    std::string label;
    std::string kind;
    std::string name;  ///< what it is set as
    std::string text;
};

/// Input that is refused, and the message.
struct RefusedInput {
    std::string label;
    std::string kind;
    std::string name;
    std::string text;
    std::string message;
    std::string hint = {};  ///< a part of it; empty: whatever it is
};

const std::vector<FieldCase>& field_cases();
const std::vector<MinimumInput>& minimum_inputs();
const std::vector<RefusedInput>& refused_inputs();

/// The text of the minimum input with that label; the label of a kind's first one is the kind.
const MinimumInput& minimum_input(const std::string& label);

}
