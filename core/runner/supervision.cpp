#include "runner/supervision.hpp"

#include <malloc.h>

#include <base/file.hpp>
#include <base/ids.hpp>

#include "runner/delivery_journal.hpp"
#include "runner/preparation.hpp"
#include "runner/repository_observer.hpp"
#include "runner/session_spec.hpp"
#include "runner/snapshot_restorer.hpp"

namespace murmur::runner {

namespace {

// Of the machine's directory. The first says that the hooks have done their work on this disk.
constexpr const char* prepared_file = "prepared";
constexpr const char* journal_file = "delivered";
constexpr const char* memory_file = "session.json";

}

Supervision::Supervision(const SupervisorOptions& options, Inbox& inbox, Channel& channel, Assignment assignment)
    : options_(options),
      inbox_(inbox),
      channel_(channel),
      assignment_(std::move(assignment)),
      session_id_(assignment_.session_id.empty() ? random_uuid() : assignment_.session_id),
      memory_(options.machine_directory / memory_file, session_id_) {}

Supervision::Result Supervision::run() {
    if (options_.redact_log) options_.redact_log(assignment_.redactor);
    try {
        remote_.environment = assignment_.environment;
        workspace_ = open_workspace(options_.machine_directory, assignment_);
        is_open_ = true;
        bare_spec_.session_id = session_id_;
        bare_spec_.working_directory = workspace_.directory;
        bare_spec_.home_directory = workspace_.home;
        result_ = assignment_.rescue ? rescue() : work();
    } catch (...) {
        report_failure(current_error());
    }
    using End = Session::End;
    Result out{.failed = result_.outcome.error.has_value(), .abandoned = abandoned_};
    const bool saved = save_and_push();
    out.end = result_.end;  // saving may have been ended by a signal
    if (out.end == End::stopped || out.end == End::failed)
        channel_.report(reports::session_ended(result_.outcome, saved, delivered_));
    return out;
}

/// Saving needs murmurd alone, and an origin may not answer: so the last push gets a little time before, so that less
/// has to be saved, and the rest of its time afterwards.
bool Supervision::save_and_push() {
    const bool is_wanted = result_.end != Session::End::fenced && !result_.discard;
    const PushPatience& push = options_.push;
    const auto before = result_.hurry ? push.before_saving_hurried : push.before_saving;
    if (watch_) watch_->finish(is_wanted);
    const auto pushing_until = std::chrono::steady_clock::now() + (result_.hurry ? push.last_hurried : push.last);
    if (watch_ && is_wanted) watch_->wait_finished(before);
    const bool saved = !abandoned_ && is_wanted && save_all();
    if (!watch_) return saved;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(pushing_until - std::chrono::steady_clock::now());
    if (is_wanted) watch_->wait_finished(left);
    if (!watch_->end()) static_cast<void>(watch_.release());  // its thread is in it until the process ends
    watch_.reset();
    return saved;
}

void Supervision::watch_repositories() {
    watch_ = std::make_unique<GitWatch>(workspace_.repos, workspace_.identity, remote_, channel_, *options_.logger);
    watch_->start();
}

void Supervision::report_failure(const Error& error) {
    SessionEvent event{.kind = SessionEventKind::error, .text = error.message()};
    if (!error.hint().empty()) event.data["hint"] = error.hint();
    channel_.report(reports::session_event(event));
    result_ = {.end = Session::End::failed, .outcome = {.error = error}};
}

Session::Result Supervision::work() {
    const PreparationResult prepared =
        run_preparation(inbox_, options_.preparation_grace, [this](std::stop_token stop) { prepare(stop); });
    abandoned_ = prepared.abandoned;
    remote_.stop = {};
    if (prepared.end) return {.end = *prepared.end, .discard = prepared.discard};
    if (prepared.error) {
        // Not all of the session's files may be back: what was saved of them before stays saved.
        if (assignment_.restore) spec_.reset();
        throw *prepared.error;
    }
    malloc_trim(0);  // cloning takes megabytes that the session, which may last days, has no use for
    return run_session();
}

/// No session: what an earlier runner left is pushed, and saved by who called.
Session::Result Supervision::rescue() {
    delivered_ = DeliveryJournal(options_.machine_directory / journal_file).earlier();
    if (const auto ended = recover_checkouts()) return *ended;
    try {
        backend_ = options_.backend(assignment_);
        spec_ = make_session_spec(assignment_, session_id_, workspace_, memory_, *backend_);
    } catch (...) {
        // The repositories can be saved without the backend, and are worth more.
        options_.logger->log(LogLevel::warning, "the session's files are not saved",
                             {{"reason", current_error().message()}});
        spec_.reset();
    }
    watch_repositories();
    return {};
}

/// Files without git are made checkouts again. Returns how it ended when it is over by that.
std::optional<Session::Result> Supervision::recover_checkouts() {
    if (workspace_.unready.empty()) return std::nullopt;
    const PreparationResult done = run_preparation(inbox_, options_.preparation_grace, [this](std::stop_token stop) {
        git::RemoteOptions remote = remote_;
        remote.stop = std::move(stop);
        recover_files(workspace_, options_.machine_directory, assignment_, remote, channel_);
    });
    abandoned_ = done.abandoned;
    if (done.error) throw *done.error;
    if (!done.end) return std::nullopt;
    return Session::Result{.end = *done.end, .discard = done.discard};
}

void Supervision::prepare(std::stop_token stop) {
    remote_.stop = stop;
    std::optional<SnapshotRestorer> restorer;
    if (assignment_.restore) {
        blobs_ = options_.blobs();
        restorer.emplace(*assignment_.restore, *blobs_, options_.machine_directory, channel_);
    }
    RestoreCheckout restore;
    if (restorer)
        restore = [&restorer](const std::filesystem::path& path, const RepoAssignment& repo) {
            return restorer->restore_checkout(path, repo.clone_url, repo.branch);
        };
    prepare_workspace(workspace_, options_.machine_directory, assignment_, remote_, restore, channel_);
    link_work(workspace_, options_.machine_directory);
    offer_murmur(workspace_, options_.programs);
    backend_ = options_.backend(assignment_);
    spec_ = make_session_spec(assignment_, session_id_, workspace_, memory_, *backend_);
    if (restorer) {
        restorer->restore_files(*backend_, *spec_);
        if (!workspace_.has_work) restorer->report_left_over();
    }
    run_hooks_once(stop);
}

void Supervision::run_hooks_once(std::stop_token stop) {
    const std::filesystem::path marker = options_.machine_directory / prepared_file;
    if (std::filesystem::exists(marker)) return;
    run_prepare_hooks(workspace_, spec_->environment, options_.hooks, stop, assignment_.redactor, channel_);
    write_file_atomically(marker, "", 0600);
}

Session::Result Supervision::run_session() {
    watch_repositories();
    RepositoryObserver observer(*watch_, options_.machine_directory, assignment_.base_check_interval,
                                options_.push.turn,
                                [this](const TurnSaver::Pause& pause) { return saver().save(saved_session(), pause); });
    DeliveryJournal journal(options_.machine_directory / journal_file);
    Session session({.backend = *backend_,
                     .backend_name = assignment_.backend,
                     .inbox = inbox_,
                     .sink = channel_,
                     .observer = observer,
                     .journal = journal,
                     .memory = memory_,
                     .logger = *options_.logger,
                     .redactor = assignment_.redactor,
                     .has_unsaved = workspace_.has_work,
                     .machine_directory = options_.machine_directory},
                    *spec_, options_.session);
    return session.run(assignment_.messages);
}

SnapshotSaver& Supervision::saver() {
    if (!saver_) {
        if (!blobs_) blobs_ = options_.blobs();
        saver_ = std::make_unique<SnapshotSaver>(SnapshotSaver::Parts{.machine_directory = options_.machine_directory,
                                                                      .machine_id = options_.hello.machine_id,
                                                                      .identity = workspace_.identity,
                                                                      .repos = workspace_.places(),
                                                                      .blobs = *blobs_,
                                                                      .sink = channel_,
                                                                      .logger = *options_.logger});
    }
    return *saver_;
}

SavedSession Supervision::saved_session() const {
    // With a snapshot to begin from, a session that did not get here stays as that has it.
    const SessionSpec* unprepared = assignment_.restore ? nullptr : &bare_spec_;
    SavedSession out{.backend = assignment_.backend, .spec = spec_ ? &*spec_ : unprepared, .turn = memory_.turn()};
    try {
        if (backend_ && spec_) out.files = backend_->session_files(*spec_);
    } catch (...) {
        // A backend that cannot even say where its session is has none; the repositories are worth more.
        options_.logger->log(LogLevel::warning, "the session's files are not saved",
                             {{"reason", current_error().message()}});
    }
    if (assignment_.restore) out.base = &*assignment_.restore;
    out.checkpoint = memory_.checkpoint().empty() ? assignment_.checkpoint : memory_.checkpoint();
    return out;
}

/// Until all is saved, or someone says that it need not be.
bool Supervision::save_all() {
    // What is there is not known then; on a machine without a workspace it is nothing.
    if (!is_open_) return !std::filesystem::exists(options_.machine_directory / "workspace");
    try {
        return saver().save(saved_session(),
                            [this](std::chrono::milliseconds pause) { return wait_to_save_again(pause); });
    } catch (...) {
        options_.logger->log(LogLevel::error, "saving failed", {{"reason", current_error().message()}});
        return false;
    }
}

bool Supervision::wait_to_save_again(std::chrono::milliseconds pause) {
    if (result_.end == Session::End::shut_down) return false;
    const auto deadline = std::chrono::steady_clock::now() + pause;
    while (const auto message = inbox_.wait(deadline)) {
        if (std::holds_alternative<FencedNotice>(*message)) result_.end = Session::End::fenced;
        if (std::holds_alternative<ShutdownNotice>(*message)) result_.end = Session::End::shut_down;
        if (result_.end == Session::End::fenced || result_.end == Session::End::shut_down) return false;
        if (const auto* command = std::get_if<RunnerCommand>(&*message); command && command->stop) {
            result_.discard = result_.discard || command->stop->discard;
            return !result_.discard;
        }
    }
    return true;
}

}
