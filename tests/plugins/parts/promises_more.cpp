// Its manifest promises more than it registers.

#include <murmur/backend.hpp>
#include <murmur/plugin.hpp>

namespace {

void register_one(murmur::Registrar& registrar) {
    registrar.add_backend(
        "one", [](const murmur::PluginSettings&, murmur::HostServices&) { return std::unique_ptr<murmur::Backend>(); });
}

}

MURMUR_PLUGIN("promises-more", "1.0.0", "Promises two and registers one.", "Apache-2.0", "backend:one backend:two",
              register_one)
