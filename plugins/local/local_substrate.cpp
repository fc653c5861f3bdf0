#include "local_substrate.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "launch.hpp"
#include "local_catalog.hpp"
#include "machine_environment.hpp"
#include "murmur/error.hpp"
#include "run_program.hpp"
#include "sandbox.hpp"
#include "waiting.hpp"

namespace murmur::local {

namespace {

namespace fs = std::filesystem;

// How often a runner is looked at that another murmurd may have been starting as it was killed: a few microseconds'
// work.
constexpr std::chrono::milliseconds launch_poll_interval{1};
// What clearing away a failed start may take, also when the call itself is over.
constexpr std::chrono::seconds discard_wait_max{10};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

void require_program(const MachineSpec& spec) {
    if (spec.runner.argv.empty() || !fs::path(spec.runner.argv.front()).is_absolute())
        throw Error(Errc::invalid_argument, "the runner of machine " + quoted(spec.id) + " has no absolute path");
}

/// Removes the directory of a machine that did not come to be.
class DiscardUnlessKept {
public:
    explicit DiscardUnlessKept(MachineDirectory& directory) : directory_(&directory) {}
    ~DiscardUnlessKept() {
        if (directory_ == nullptr) return;
        try {
            Call own;
            own.deadline = Call::Clock::now() + discard_wait_max;
            directory_->remove(own);
        } catch (...) {
            // The reason of the failed start is on its way to the caller and says more than this one would; the host
            // destroys a machine whose start failed, and then this is reported.
        }
    }
    DiscardUnlessKept(const DiscardUnlessKept&) = delete;
    DiscardUnlessKept& operator=(const DiscardUnlessKept&) = delete;
    void keep() { directory_ = nullptr; }

private:
    MachineDirectory* directory_;
};

/// Whether the recorded runner began its work, now or long ago. A murmurd that was killed while it started the machine
/// leaves a process that is about to decide it, so that one is waited for.
bool has_begun(const MachineDirectory& directory, const MachineRecord& record, const Call& call) {
    while (true) {
        const bool alive = find_process(record.leader_now()).has_value();
        if (directory.was_launched()) return true;
        if (!alive) return false;
        call.check();
        wait_readable(-1, launch_poll_interval, call);
    }
}

}

LocalSubstrate::LocalSubstrate(LocalSettings settings, HostServices& host)
    : settings_(std::move(settings)), host_(host) {}

SubstrateCapabilities LocalSubstrate::capabilities() const {
    return {.suspend = true, .exec = true, .restart = true, .attach = true};
}

CatalogContribution LocalSubstrate::catalog() const { return local_catalog(host_.state_dir()); }

fs::path LocalSubstrate::machines() { return host_.state_dir() / "machines"; }

void LocalSubstrate::admit(const std::string& id) {
    const fs::path all = machines();
    const std::lock_guard admitted(admission_);
    std::error_code missing;
    if (!fs::exists(all / id, missing)) {
        std::int64_t count = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(all, missing))
            if (entry.path().filename().native().front() != '.') ++count;
        if (count >= settings_.machines_max)
            throw Error(Errc::resource_exhausted, "there are " + std::to_string(count) + " machines on this computer")
                .with_hint("End some agents, or raise plugins.local.max_machines in murmurd.yaml.");
    }
    MachineDirectory::create(all, id);
}

MachineHandle LocalSubstrate::start(const MachineSpec& spec, const Call& call) {
    require_machine_id(spec.id);
    require_program(spec);
    const LocalSettings settings = apply_shape(settings_, spec.shape);
    call.check();
    admit(spec.id);
    MachineDirectory directory = MachineDirectory::open_or_create(machines(), spec.id, call);
    std::optional<MachineRecord> record;
    try {
        record = directory.read_record();
    } catch (const Error& damage) {
        if (damage.code() != Errc::data_loss) throw;
        host_.logger().log(LogLevel::warning, damage.message(), {{"machine", spec.id}});
        kill_members(membership_of(spec.id, std::nullopt), call);
    }
    if (record && has_begun(directory, *record, call)) return {spec.id, record_to_json(*record)};
    DiscardUnlessKept discard(directory);
    const MachineRecord started = launch(directory, spec, settings, call);
    discard.keep();
    return {spec.id, record_to_json(started)};
}

MachineRecord LocalSubstrate::launch(const MachineDirectory& directory, const MachineSpec& spec,
                                     const LocalSettings& settings, const Call& call) {
    const UniqueFd null = open_null();
    const UniqueFd log = directory.open_log();
    ChildProgram program;
    program.file = spec.runner.argv.front();
    program.argv = spec.runner.argv;
    program.environment = make_machine_environment(spec.id, directory.path(), spec.runner.environment);
    program.directory = directory.fd();
    program.standard_input = null.get();
    program.standard_output = log.get();
    program.standard_error = log.get();
    program.nice = settings.nice;
    MachineRecord record{.boot_id = boot_id(),
                         .directory = directory.path(),
                         .isolation = settings.isolation,
                         .writable = settings.writable,
                         .life = fingerprint_life(spec.runner.environment)};
    if (settings.isolation == Isolation::bubblewrap) {
        require_sandbox(program, call);
        directory.make_subdirectory(sandbox_tmp);
        const fs::path hidden = hidden_state(program.environment);
        program = wrap_in_sandbox(std::move(program), {directory.path(), hidden, settings.writable});
    }
    HeldProcess runner(std::move(program));
    record.leader = runner.identity();
    directory.write_record(record);
    runner.release();
    return record;
}

fs::path LocalSubstrate::hidden_state(const std::vector<std::string>& environment) {
    const fs::path own = host_.state_dir();
    const fs::path whole = get_variable(environment, "MURMUR_STATE_DIR");
    const bool holds_own =
        !whole.empty() && std::mismatch(whole.begin(), whole.end(), own.begin(), own.end()).first == whole.end();
    return holds_own ? whole : own;
}

std::optional<MachineRecord> LocalSubstrate::read_record_if_sound(const MachineDirectory& directory,
                                                                  const std::string& id) {
    try {
        return directory.read_record();
    } catch (const Error& damage) {
        // Its processes are found by their marker.
        host_.logger().log(LogLevel::warning, damage.message(), {{"machine", id}});
        return std::nullopt;
    }
}

std::optional<MachineRecord> LocalSubstrate::find_record(const MachineHandle& handle) {
    require_machine_id(handle.id);
    if (!handle.data.empty()) return record_from_json(handle.data, "handle");
    return peek_record(machines(), handle.id);
}

MachineRecord LocalSubstrate::require_record(const MachineHandle& handle) {
    if (const std::optional<MachineRecord> record = find_record(handle)) return *record;
    throw Error(Errc::not_found, "there is no machine " + quoted(handle.id));
}

Membership LocalSubstrate::membership_of(const std::string& id, const std::optional<MachineRecord>& record) {
    return {record ? record->leader_now() : ProcessIdentity{}, machines() / id};
}

Membership LocalSubstrate::require_alive(const MachineHandle& handle, const MachineRecord& record) {
    if (!find_process(record.leader_now()))
        throw Error(Errc::not_found, "machine " + quoted(handle.id) + " is gone: its runner has ended")
            .with_hint("The file runner.log in \"" + (machines() / handle.id).string() + "\" may say why.");
    return membership_of(handle.id, record);
}

MachineStatus LocalSubstrate::inspect(const MachineHandle& handle, const Call& call) {
    call.check();
    const std::optional<MachineRecord> record = find_record(handle);
    if (!record) return {MachineState::gone, "there is no such machine"};
    if (record->leader_now().pid == 0) return {MachineState::gone, "this computer was restarted"};
    const std::string pid = "pid " + std::to_string(record->leader.pid);
    const std::optional<ProcessFacts> facts = find_process(record->leader);
    if (!facts) return {MachineState::gone, "the runner (" + pid + ") has ended"};
    return {facts->state == 'T' ? MachineState::suspended : MachineState::running, pid};
}

void LocalSubstrate::end_runner(const MachineRecord& record, const Membership& membership, const Call& call) {
    const UniqueFd leader = open_process(membership.leader);
    if (!leader) return;
    // bwrap would die of it at once, and everything inside with it: the runner itself is told.
    const ProcessIdentity inner =
        record.isolation == Isolation::bubblewrap ? find_sandboxed_program(membership.leader) : ProcessIdentity{};
    send_signal(inner.pid != 0 ? inner : membership.leader, SIGTERM);
    // Who is suspended cannot obey. The leader is the first to be stopped and the last to go on, so it speaks for all.
    const auto is_stopped = [](const ProcessIdentity& identity) {
        const std::optional<ProcessFacts> facts = find_process(identity);
        return facts && facts->state == 'T';
    };
    if (is_stopped(membership.leader) || is_stopped(inner)) resume_members(membership, call);
    // A call that is short of time still has to kill and to remove, so half of it is kept for that.
    wait_readable(leader.get(), std::min(settings_.stop_grace, call.remaining() / 2), call);
    call.check();
}

void LocalSubstrate::destroy(const MachineHandle& handle, const Call& call) {
    require_machine_id(handle.id);
    stopped_.take(handle.id);
    std::optional<MachineDirectory> directory = MachineDirectory::find(machines(), handle.id, call);
    std::optional<MachineRecord> record;
    if (!handle.data.empty()) record = record_from_json(handle.data, "handle");
    if (!record && directory) record = read_record_if_sound(*directory, handle.id);
    const Membership membership = membership_of(handle.id, record);
    if (record) end_runner(*record, membership, call);
    kill_members(membership, call);
    if (directory) directory->remove(call);
    MachineDirectory::finish_removal(machines(), handle.id, call);
}

MachineHandle LocalSubstrate::restart(const MachineHandle& handle, const MachineSpec& spec, const Call& call) {
    require_machine_id(handle.id);
    require_program(spec);
    if (spec.id != handle.id)
        throw Error(Errc::invalid_argument, "machine " + quoted(handle.id) + " cannot become " + quoted(spec.id));
    const LocalSettings settings = apply_shape(settings_, spec.shape);
    call.check();
    const std::optional<MachineDirectory> directory = MachineDirectory::find(machines(), handle.id, call);
    if (!directory) throw Error(Errc::not_found, "the directory of machine " + quoted(handle.id) + " is gone");
    const std::optional<MachineRecord> record = read_record_if_sound(*directory, handle.id);
    if (record && record->life == fingerprint_life(spec.runner.environment) && has_begun(*directory, *record, call))
        return {handle.id, record_to_json(*record)};
    stopped_.take(handle.id);
    // Killed and not asked: it was given up on, and what it had to save lies on the disk for the next one.
    kill_members(membership_of(handle.id, record), call);
    directory->forget_launch();
    return {handle.id, record_to_json(launch(*directory, spec, settings, call))};
}

void LocalSubstrate::suspend(const MachineHandle& handle, const Call& call) {
    const MachineRecord record = require_record(handle);
    std::vector<ProcessIdentity> members = suspend_members(require_alive(handle, record), call);
    require_alive(handle, record);
    stopped_.put(handle.id, std::move(members));
}

void LocalSubstrate::resume(const MachineHandle& handle, const Call& call) {
    const Membership membership = require_alive(handle, require_record(handle));
    if (!resume_stopped(stopped_.take(handle.id))) resume_members(membership, call);
}

std::vector<std::string> LocalSubstrate::require_environment(const MachineHandle& handle, const MachineRecord& record,
                                                             const Membership& membership, const Call& call) {
    if (inspect(handle, call).state == MachineState::suspended)
        throw Error(Errc::failed_precondition, "machine " + quoted(handle.id) + " is suspended")
            .with_hint("Resume it first.");
    std::vector<std::string> environment = read_environment(record.leader.pid);
    if (get_variable(environment, std::string(marker_variable)) != membership.directory.native())
        throw Error(Errc::unavailable, "cannot read the environment of machine " + quoted(handle.id));
    remove_runner_secrets(environment);
    return environment;
}

ExecResult LocalSubstrate::exec(const MachineHandle& handle, const std::vector<std::string>& argv, const Call& call) {
    if (argv.empty()) throw Error(Errc::invalid_argument, "there is no program to run");
    call.check();
    const MachineRecord record = require_record(handle);
    const Membership membership = require_alive(handle, record);
    const UniqueFd directory(::open(membership.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) throw system_error(errno, "cannot open " + quoted(membership.directory.string()));
    ChildProgram program;
    program.environment = require_environment(handle, record, membership, call);
    program.file = find_program(argv.front(), get_variable(program.environment, "PATH"));
    program.argv = argv;
    program.directory = directory.get();
    program.nice = settings_.nice;
    if (record.isolation == Isolation::bubblewrap)
        program = wrap_in_sandbox(std::move(program),
                                  {membership.directory, hidden_state(program.environment), record.writable});
    return run_program(std::move(program), call);
}

AttachCommand LocalSubstrate::attach_command(const MachineHandle& handle, const std::vector<std::string>& argv,
                                             const Call& call) {
    if (argv.empty()) throw Error(Errc::invalid_argument, "there is no program to run");
    call.check();
    const MachineRecord record = require_record(handle);
    const Membership membership = require_alive(handle, record);
    ChildProgram program;
    program.environment = require_environment(handle, record, membership, call);
    program.file = argv.front();
    program.argv = argv;
    // The marks alone: the rest of the machine's environment is not for arguments, which everybody can read.
    AttachCommand command{.argv = {"env", "-C", membership.directory, "MURMUR_MACHINE=" + handle.id,
                                   std::string(marker_variable) + "=" + membership.directory.native()},
                          .on_host = true};
    if (record.isolation == Isolation::bubblewrap) {
        program.file = find_program(argv.front(), get_variable(program.environment, "PATH"));
        program = wrap_in_sandbox(std::move(program),
                                  {membership.directory, hidden_state(program.environment), record.writable});
        program.argv.front() = program.file;
    }
    command.argv.insert(command.argv.end(), program.argv.begin(), program.argv.end());
    return command;
}

}
