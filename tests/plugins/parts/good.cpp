// A substrate whose machines are entries of a map, and a backend that runs "cat".

#include <map>
#include <murmur/backend.hpp>
#include <murmur/error.hpp>
#include <murmur/plugin.hpp>
#include <murmur/substrate.hpp>
#include <mutex>

#include "trace.hpp"

MURMUR_TEST_TRACE("good");

namespace murmur {

namespace {

class MemorySubstrate final : public Substrate {
public:
    MemorySubstrate(const PluginSettings& settings, HostServices& host)
        : room_(settings.get_int("room")), logger_(host.logger()) {}

    SubstrateCapabilities capabilities() const override { return {}; }

    MachineHandle start(const MachineSpec& spec, const Call& call) override {
        call.check();
        const std::lock_guard lock(mutex_);
        if (static_cast<std::int64_t>(machines_.size()) >= room_)
            throw Error(Errc::resource_exhausted, "there is no room for machine \"" + spec.id + "\"")
                .with_hint("Raise room.");
        machines_[spec.id] = spec.label;
        logger_.log(LogLevel::info, "machine started", {{"machine", spec.id}});
        return {spec.id, {{"label", spec.label}}};
    }

    MachineStatus inspect(const MachineHandle& handle, const Call&) override {
        const std::lock_guard lock(mutex_);
        return {machines_.contains(handle.id) ? MachineState::running : MachineState::gone, ""};
    }

    void destroy(const MachineHandle& handle, const Call&) override {
        const std::lock_guard lock(mutex_);
        machines_.erase(handle.id);
    }

private:
    const std::int64_t room_;
    Logger& logger_;
    std::mutex mutex_;
    std::map<std::string, std::string> machines_;
};

class EchoSession final : public BackendSession {
public:
    Launch launch(const std::vector<UserMessage>& messages) override {
        Launch launch{{"cat"}};
        for (const UserMessage& message : messages) launch.standard_input += message.text + "\n";
        launch.close_standard_input = true;
        return launch;
    }
    Translation on_line(OutputStream stream, std::string_view line) override {
        Translation answer;
        answer.events.push_back({stream == OutputStream::standard_output ? SessionEventKind::assistant_text
                                                                         : SessionEventKind::standard_error,
                                 std::string(line)});
        return answer;
    }
    Translation on_exit(const ExitStatus& status) override {
        Translation answer;
        answer.turn_ended = TurnResult{status.success(), status.success() ? "end_turn" : "failed", ""};
        return answer;
    }
    Translation interrupt() override { return stop(); }
    Translation on_quiet() override { return {.keys = {"quiet"}}; }
    Translation stop() override {
        Translation answer;
        answer.signal = 15;
        return answer;
    }
};

class EchoBackend final : public Backend {
public:
    BackendCapabilities capabilities() const override { return {.process_per_turn = true}; }
    BackendCapabilities session_capabilities(const SessionSpec& spec) const override {
        return {.process_per_turn = spec.mode != SessionMode::streaming};
    }
    std::unique_ptr<BackendSession> open(const SessionSpec&, const Call& call) override {
        call.check();
        return std::make_unique<EchoSession>();
    }
};

void register_good(Registrar& registrar) {
    registrar.declare_settings({{"room", SettingType::integer, 4, "How many machines there may be."}});
    registrar.add_substrate("memory", [](const PluginSettings& settings, HostServices& host) {
        return std::make_unique<MemorySubstrate>(settings, host);
    });
    registrar.add_backend("echo", [](const PluginSettings&, HostServices&) { return std::make_unique<EchoBackend>(); });
}

}

}

MURMUR_PLUGIN("good", "1.2.3", "A plugin in order, for tests.", "Apache-2.0", "substrate:memory backend:echo",
              murmur::register_good)
