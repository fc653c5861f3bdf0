#include <set>

#include "plugins/guarded_providers.hpp"

namespace murmur {

namespace {

/// The machines that a call is in the plugin for.
using BusyMachines = Locked<std::set<std::string>>;

/// One machine's entry among them; copies share it.
class BusyMachine {
public:
    /// Throws unavailable when a call for it is running.
    BusyMachine(const std::shared_ptr<BusyMachines>& busy, const std::string& id) {
        if (!busy->lock()->insert(id).second)
            throw Error(Errc::unavailable, "an earlier call for machine \"" + id + "\" has not returned")
                .with_hint("It is left to finish; try again later.");
        entry_ = std::shared_ptr<void>(nullptr, [busy, id](void*) { busy->lock()->erase(id); });
    }

private:
    std::shared_ptr<void> entry_;
};

class GuardedSubstrate final : public Substrate {
    template <class Work>
    auto limited(const char* what, const std::string& id, const Call& call, Work work) {
        return guard_->run_limited(
            what, call, [busy = BusyMachine(busy_, id), inner = inner_, work = std::move(work)](const Call& limit) {
                return work(*inner, limit);
            });
    }

public:
    GuardedSubstrate(std::shared_ptr<CallGuard> guard, std::shared_ptr<Substrate> inner)
        : guard_(std::move(guard)),
          inner_(std::move(inner)),
          capabilities_(guard_->run("capabilities", [&] { return inner_->capabilities(); })) {}

    SubstrateCapabilities capabilities() const override { return capabilities_; }
    CatalogContribution catalog() const override {
        return guard_->run("catalog", [&] { return inner_->catalog(); });
    }

    MachineHandle start(const MachineSpec& spec, const Call& call) override {
        const MachineHandle made = limited(
            "start", spec.id, call, [spec](Substrate& inner, const Call& limit) { return inner.start(spec, limit); });
        return MachineHandle{made.id, json::object(made.data, json::storage_ptr())};
    }

    MachineHandle restart(const MachineHandle& handle, const MachineSpec& spec, const Call& call) override {
        const MachineHandle made =
            limited("restart", handle.id, call,
                    [handle, spec](Substrate& inner, const Call& limit) { return inner.restart(handle, spec, limit); });
        return MachineHandle{made.id, json::object(made.data, json::storage_ptr())};
    }

    MachineStatus inspect(const MachineHandle& handle, const Call& call) override {
        return limited("inspect", handle.id, call,
                       [handle](Substrate& inner, const Call& limit) { return inner.inspect(handle, limit); });
    }

    void destroy(const MachineHandle& handle, const Call& call) override {
        limited("destroy", handle.id, call,
                [handle](Substrate& inner, const Call& limit) { inner.destroy(handle, limit); });
    }

    void suspend(const MachineHandle& handle, const Call& call) override {
        limited("suspend", handle.id, call,
                [handle](Substrate& inner, const Call& limit) { inner.suspend(handle, limit); });
    }

    void resume(const MachineHandle& handle, const Call& call) override {
        limited("resume", handle.id, call,
                [handle](Substrate& inner, const Call& limit) { inner.resume(handle, limit); });
    }

    ExecResult exec(const MachineHandle& handle, const std::vector<std::string>& argv, const Call& call) override {
        return limited("exec", handle.id, call,
                       [handle, argv](Substrate& inner, const Call& limit) { return inner.exec(handle, argv, limit); });
    }

    AttachCommand attach_command(const MachineHandle& handle, const std::vector<std::string>& argv,
                                 const Call& call) override {
        return limited("attach_command", handle.id, call, [handle, argv](Substrate& inner, const Call& limit) {
            return inner.attach_command(handle, argv, limit);
        });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<Substrate> inner_;
    SubstrateCapabilities capabilities_;
    std::shared_ptr<BusyMachines> busy_ = std::make_shared<BusyMachines>();
};

}

std::shared_ptr<Substrate> make_guarded_substrate(std::shared_ptr<CallGuard> guard, std::shared_ptr<Substrate> inner) {
    return std::make_shared<GuardedSubstrate>(std::move(guard), std::move(inner));
}

}
