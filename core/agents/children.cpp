#include "agents/children.hpp"

#include "agents/decisions.hpp"

namespace murmur {

void decide_on(Step&, const command::AdoptChild&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

void decide_on(Step&, const command::ChildChanged&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

void tell_parent(Step&, const Agent&) {}

void kill_children(Step&) {}

}
