#include "runner/workspace_hooks.hpp"

#include <sys/eventfd.h>
#include <base/file.hpp>
#include <deque>
#include <functional>
#include <murmur/settings.hpp>

#include "runner/child_process.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t last_words_max = 5;  // lines: enough for the reason, few enough for a status

/// One run of one hook.
class HookRun {
public:
    HookRun(const WorkspaceRepo& repo, const std::map<std::string, std::string>& environment,
            std::shared_ptr<const Redactor> redactor, ReportSink& sink)
        : repo_(repo), redactor_(std::move(redactor)), sink_(sink), process_(start_of(repo, environment, redactor_)) {
        process_.close_input();
    }

    void finish(SteadyClock::time_point deadline, std::chrono::milliseconds budget, const Fd& stopped,
                const std::stop_token& stop) {
        while (!process_.finished()) {
            PollSet set;
            process_.watch(set);
            set.add(stopped.get(), POLLIN);
            set.wait_until(std::min(deadline, process_.deadline()));
            process_.handle(set, [this](OutputStream, std::string_view line) { take(line); });
            if (stop.stop_requested()) throw Error(Errc::cancelled, named() + " was cut short");
            if (SteadyClock::now() >= deadline && !process_.finished())
                throw Error(Errc::deadline_exceeded, named() + " was not done after " + format_duration(budget) +
                                                         ", which is for all hooks together")
                    .with_hint(hint());
        }
        const ExitStatus status = process_.status();
        if (status.success()) return;
        throw Error(Errc::failed_precondition, named() + " failed with " +
                                                   (status.signal ? "signal " + std::to_string(status.signal)
                                                                  : "exit code " + std::to_string(status.code)) +
                                                   (last_words_.empty() ? "" : ": " + last_words_.back()))
            .with_hint(hint());
    }

private:
    static ProcessStart start_of(const WorkspaceRepo& repo, const std::map<std::string, std::string>& environment,
                                 const std::shared_ptr<const Redactor>& redactor) {
        ProcessStart start{.argv = {"/bin/bash", prepare_hook_file},
                           .environment = environment,
                           .working_directory = repo.path,
                           .redactor = redactor};
        start.environment["MURMUR_HOOK"] = "prepare-workspace";
        start.environment["MURMUR_BRANCH"] = repo.branch;
        return start;
    }

    std::string named() const {
        return std::string("the hook ") + prepare_hook_file + " of \"" + repo_.path.filename().string() + "\"";
    }

    std::string hint() const {
        std::string words;
        for (const std::string& line : last_words_) words += (words.empty() ? "" : " | ") + line;
        if (words.empty()) return "It printed nothing; run it with bash -x in a checkout.";
        return "It said last: " + words;
    }

    void take(std::string_view line) {
        SessionEvent event{.kind = SessionEventKind::standard_error,
                           .text = std::string(line),
                           .data = {{"hook", "prepare-workspace"}, {"repo", repo_.path.filename().string()}}};
        sink_.report(reports::session_event(event));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
        last_words_.push_back(cut_text(redactor_->redact(line), 200));
        if (last_words_.size() > last_words_max) last_words_.pop_front();
    }

    const WorkspaceRepo& repo_;
    std::shared_ptr<const Redactor> redactor_;
    ReportSink& sink_;
    std::deque<std::string> last_words_;
    ChildProcess process_;
};

}

void run_prepare_hooks(const Workspace& workspace, const std::map<std::string, std::string>& environment,
                       std::chrono::milliseconds budget, std::stop_token stop, std::shared_ptr<const Redactor> redactor,
                       ReportSink& sink) {
    const Fd stopped(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback<std::function<void()>> wake(stop, [&stopped] { eventfd_write(stopped.get(), 1); });
    const auto deadline = SteadyClock::now() + budget;
    for (const WorkspaceRepo& repo : workspace.repos) {
        if (!std::filesystem::is_regular_file(repo.path / prepare_hook_file)) continue;
        sink.report(reports::preparing("hook", repo.path.filename().string()));
        HookRun(repo, environment, redactor, sink).finish(deadline, budget, stopped, stop);
    }
}

}
