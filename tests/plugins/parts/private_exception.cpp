// Throws types that the host has never heard of, and makes nothing.

#include <murmur/backend.hpp>
#include <murmur/plugin.hpp>
#include <murmur/substrate.hpp>
#include <stdexcept>
#include <string>

namespace {

struct PrivateFailure {
    std::string text = "nobody else knows this type";
};

class PrivateError final : public std::exception {
public:
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_ = "the private reason";
};

class ThrowingSubstrate final : public murmur::Substrate {
public:
    murmur::SubstrateCapabilities capabilities() const override { return {}; }
    murmur::MachineHandle start(const murmur::MachineSpec&, const murmur::Call&) override { throw PrivateFailure(); }
    murmur::MachineStatus inspect(const murmur::MachineHandle&, const murmur::Call&) override { throw PrivateError(); }
    void destroy(const murmur::MachineHandle&, const murmur::Call&) override { throw 42; }
};

void register_throwing(murmur::Registrar& registrar) {
    registrar.add_substrate("throwing", [](const murmur::PluginSettings&, murmur::HostServices&) {
        return std::make_unique<ThrowingSubstrate>();
    });
    registrar.add_backend("nothing", [](const murmur::PluginSettings&, murmur::HostServices&) {
        return std::unique_ptr<murmur::Backend>();
    });
}

}

MURMUR_PLUGIN("private-exception", "1.0.0", "Throws types of its own.", "Apache-2.0",
              "substrate:throwing backend:nothing", register_throwing)
