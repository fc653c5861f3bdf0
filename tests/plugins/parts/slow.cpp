// Its calls take no notice of their deadline: they wait until somebody writes to the pipe that the machine's shape
// names.

#include <fstream>
#include <murmur/error.hpp>
#include <murmur/plugin.hpp>
#include <murmur/substrate.hpp>

namespace {

class SlowSubstrate final : public murmur::Substrate {
public:
    murmur::SubstrateCapabilities capabilities() const override { return {}; }
    murmur::MachineHandle start(const murmur::MachineSpec& spec, const murmur::Call&) override {
        std::ifstream pipe(std::string(spec.shape.at("pipe").as_string()));
        std::string line;
        std::getline(pipe, line);
        return {spec.id, {{"line", line}}};
    }
    /// Obeys: it returns when it is told to stop, with an answer of its own.
    murmur::MachineStatus inspect(const murmur::MachineHandle&, const murmur::Call& call) override {
        murmur::SystemClock().sleep_for(std::chrono::hours(1), call.stop);
        throw murmur::Error(murmur::Errc::cancelled, "told to stop");
    }
    void destroy(const murmur::MachineHandle&, const murmur::Call&) override {}
};

void register_slow(murmur::Registrar& registrar) {
    registrar.add_substrate(
        "slow", [](const murmur::PluginSettings&, murmur::HostServices&) { return std::make_unique<SlowSubstrate>(); });
}

}

MURMUR_PLUGIN("slow", "1.0.0", "Slow past its deadline.", "Apache-2.0", "substrate:slow", register_slow)
