#pragma once

#include "agents/commands.hpp"

namespace murmur {

// What one agent hands to another by an effect of kind tell_agent.

/// The body of the effect. `to` is a workflow id.
json::object tell_child_changed(const std::string& to, const command::ChildChanged& changed);
json::object tell_kill(const std::string& to, const command::Kill& kill);

struct Tell {
    std::string to;
    Command command;
};
/// Reads such a body. Throws data_loss for what is none.
Tell read_tell(const json::object& body);

}
