// Calls a function that nobody has, as a plugin does that was built against a newer host without a new SDK version.

#include <murmur/plugin.hpp>

namespace murmur {
void function_of_the_future(int);
}

namespace {

void register_unresolved(murmur::Registrar&) { murmur::function_of_the_future(7); }

}

MURMUR_PLUGIN("unresolved", "1.0.0", "Needs a symbol that is not there.", "Apache-2.0", "substrate:future",
              register_unresolved)
