#include "plugins/guarded_providers.hpp"

namespace murmur {

namespace {

json::object host_owned(json::object object) {
    if (*object.storage() == *json::storage_ptr()) return object;
    return json::object(object, json::storage_ptr());
}

Translation host_owned(Translation translation) {
    // Assigning to an object keeps the memory it has; so new ones are made.
    std::vector<SessionEvent> events;
    events.reserve(translation.events.size());
    for (SessionEvent& event : translation.events)
        events.push_back(SessionEvent{event.kind, std::move(event.text), host_owned(std::move(event.data)),
                                      event.cost_usd, event.cost_estimated, std::move(event.parent)});
    translation.events = std::move(events);
    if (translation.checkpoint) {
        json::object checkpoint = host_owned(std::move(*translation.checkpoint));
        translation.checkpoint.reset();
        translation.checkpoint.emplace(std::move(checkpoint));
    }
    return translation;
}

class GuardedBackendSession final : public BackendSession {
public:
    GuardedBackendSession(std::shared_ptr<CallGuard> guard, std::shared_ptr<Backend> backend,
                          std::unique_ptr<BackendSession> inner)
        : guard_(std::move(guard)), backend_(std::move(backend)), inner_(std::move(inner)) {}

    Launch launch(const std::vector<UserMessage>& messages) override {
        return guard_->run("launch", [&] { return inner_->launch(messages); });
    }
    Translation on_line(OutputStream stream, std::string_view line) override {
        return guard_->run("on_line", [&] { return host_owned(inner_->on_line(stream, line)); });
    }
    Translation on_exit(const ExitStatus& status) override {
        return guard_->run("on_exit", [&] { return host_owned(inner_->on_exit(status)); });
    }
    Translation deliver(const std::vector<UserMessage>& messages) override {
        return guard_->run("deliver", [&] { return host_owned(inner_->deliver(messages)); });
    }
    Translation interrupt() override {
        return guard_->run("interrupt", [&] { return host_owned(inner_->interrupt()); });
    }
    Translation stop() override {
        return guard_->run("stop", [&] { return host_owned(inner_->stop()); });
    }
    Translation on_quiet() override {
        return guard_->run("on_quiet", [&] { return host_owned(inner_->on_quiet()); });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<Backend> backend_;  // a session may look back at the backend that opened it
    std::unique_ptr<BackendSession> inner_;
};

class GuardedBackend final : public Backend {
public:
    GuardedBackend(std::shared_ptr<CallGuard> guard, std::shared_ptr<Backend> inner)
        : guard_(std::move(guard)),
          inner_(std::move(inner)),
          capabilities_(guard_->run("capabilities", [&] { return inner_->capabilities(); })) {}

    BackendCapabilities capabilities() const override { return capabilities_; }
    BackendCapabilities session_capabilities(const SessionSpec& spec) const override {
        return guard_->run("session_capabilities", [&] { return inner_->session_capabilities(spec); });
    }

    std::unique_ptr<BackendSession> open(const SessionSpec& spec, const Call& call) override {
        auto opened = guard_->run_limited("open", call, [inner = inner_, spec](const Call& limit) {
            auto session = inner->open(spec, limit);
            if (!session) throw Error(Errc::internal, "it opened no session");
            return session;
        });
        return std::make_unique<GuardedBackendSession>(guard_, inner_, std::move(opened));
    }
    std::vector<std::string> session_files(const SessionSpec& spec) const override {
        return guard_->run("session_files", [&] { return inner_->session_files(spec); });
    }
    std::string restored_path(const std::string& path, const SessionSpec& spec) const override {
        return guard_->run("restored_path", [&] { return inner_->restored_path(path, spec); });
    }

private:
    std::shared_ptr<CallGuard> guard_;
    std::shared_ptr<Backend> inner_;
    BackendCapabilities capabilities_;
};

}

std::shared_ptr<Backend> make_guarded_backend(std::shared_ptr<CallGuard> guard, std::shared_ptr<Backend> inner) {
    return std::make_shared<GuardedBackend>(std::move(guard), std::move(inner));
}

}
