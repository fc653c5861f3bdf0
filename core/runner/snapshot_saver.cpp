#include "runner/snapshot_saver.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <base/file.hpp>
#include <cerrno>
#include <crypto/sha256_stream.hpp>
#include <utility>

#include "git/bundle.hpp"
#include "git/checkout_state.hpp"
#include "git/clone_url.hpp"
#include "runner/session_paths.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::milliseconds longest_pause{30'000};
// murmurd restarts within moments; nobody need hear of that.
constexpr std::chrono::seconds quiet_time{4};
// Whoever waits for a machine's end is told that much work is still being saved: less often than it would give up.
constexpr std::chrono::seconds telling_interval{30};
// A blob that is there is safe for an hour, so one look after the last upload is enough, unless that took hours.
constexpr int rounds_max = 5;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

/// Copies the file as it is now. Returns the digest of the copy.
std::string copy_and_digest(const fs::path& from, const fs::path& to) {
    const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!in) throw system_error(errno, "cannot read \"" + from.string() + "\"");
    const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out) throw system_error(errno, "cannot write \"" + to.string() + "\"");
    Sha256Stream digest;
    std::array<char, 65536> chunk;
    for (;;) {
        const ssize_t count = ::read(in.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read \"" + from.string() + "\"");
        if (count == 0) return digest.finish();
        digest.add({chunk.data(), static_cast<std::size_t>(count)});
        for (ssize_t put = 0; put < count;) {
            const ssize_t written = ::write(out.get(), chunk.data() + put, static_cast<std::size_t>(count - put));
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) throw system_error(errno, "cannot write \"" + to.string() + "\"");
            put += written;
        }
    }
}

/// What is left of an earlier save, or of this one.
struct ScratchFolder {
    explicit ScratchFolder(fs::path path) : path_(std::move(path)) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

private:
    fs::path path_;
};

void add_missing(const std::vector<SnapshotRepo>& repos, Snapshot& snapshot) {
    for (const SnapshotRepo& repo : repos) {
        const bool is_here = std::any_of(snapshot.repos.begin(), snapshot.repos.end(),
                                         [&](const SnapshotRepo& here) { return here.clone_url == repo.clone_url; });
        if (!is_here) snapshot.repos.push_back(repo);
    }
}

}

SnapshotSaver::SnapshotSaver(Parts parts)
    : parts_(std::move(parts)),
      scratch_(parts_.machine_directory / "saving"),
      memory_(parts_.machine_directory / "snapshot.json") {}

bool SnapshotSaver::save(const SavedSession& session, const Pause& pause) {
    for (std::chrono::milliseconds wait = first_pause;; wait = std::min(wait * 2, longest_pause)) {
        try {
            const std::optional<Error> damage = save_once(session);
            malloc_trim(0);  // packing takes megabytes that a session of days has no use for
            if (damage) {
                tell_failure(*damage);
                return false;
            }
            told_.clear();
            failing_since_.reset();
            return true;
        } catch (...) {
            tell_failure(current_error());
        }
        if (!pause(wait)) return false;
    }
}

void SnapshotSaver::tell_failure(const Error& error) {
    parts_.logger.log(LogLevel::warning, "the work could not be saved",
                      {{"error", error.message()}, {"hint", error.hint()}});
    const auto now = std::chrono::steady_clock::now();
    if (!failing_since_) failing_since_ = now;
    const bool may_pass = error.code() == Errc::unavailable && now - *failing_since_ < quiet_time;
    if (may_pass || (told_ == error.message() && now - told_at_ < telling_interval)) return;
    told_ = error.message();
    told_at_ = now;
    reported_.clear();  // the next snapshot is news, even when it is the same: it says that saving works
    parts_.sink.report(reports::save_failed(error));
}

std::optional<Error> SnapshotSaver::save_once(const SavedSession& session) {
    const ScratchFolder folder(scratch_);
    sources_.clear();
    Snapshot snapshot;
    snapshot.backend = session.backend;
    snapshot.checkpoint = session.checkpoint;
    snapshot.turn = session.turn;
    snapshot.machine_id = parts_.machine_id;
    if (session.spec) {
        snapshot.session_id = session.spec->session_id;
        if (session.files) save_files(session, snapshot);
    }
    const Hindrance hindrance = save_repositories(snapshot);
    const bool is_whole = !hindrance.damage && !hindrance.failure;
    // With nothing new of any repository, what was saved last is the better one.
    if (is_whole || !snapshot.repos.empty()) {
        const bool is_news = session.files || !snapshot.repos.empty();
        const std::optional<Snapshot> last = memory_.read();
        if (last)
            carry_over(*last, session, snapshot);
        else if (session.base)
            carry_over(parse_snapshot(*session.base), session, snapshot);
        add_missing(hindrance.unsaved, snapshot);
        // Else it never came to any work, or none since what was reported last.
        if (is_news || (!last && (!snapshot.repos.empty() || !snapshot.files.empty()))) report(snapshot, is_whole);
    }
    if (hindrance.failure) throw *hindrance.failure;
    return hindrance.damage;
}

SnapshotSaver::Hindrance SnapshotSaver::save_repositories(Snapshot& snapshot) {
    Hindrance out;
    for (const WorkspaceRepo& repo : parts_.repos) {
        try {
            // A checkout that the agent itself has removed has nothing more to save.
            if (git::look_at_checkout(repo.path) != git::CheckoutState::absent)
                snapshot.repos.push_back(save_repository(repo));
        } catch (...) {
            const Error error = current_error().in("saving \"" + repo.path.string() + "\"");
            const bool is_damaged = error.code() == Errc::data_loss || error.code() == Errc::failed_precondition;
            std::optional<Error>& first = is_damaged ? out.damage : out.failure;
            if (!first) first = error;
            SnapshotRepo unsaved{.clone_url = git::without_password(repo.clone_url),
                                 .branch = repo.branch,
                                 .base_branch = repo.base_branch};
            unsaved.notes = {"what is not on the origin could not be saved: " + error.message()};
            out.unsaved.push_back(std::move(unsaved));
        }
    }
    return out;
}

/// What was saved before and did not get here, or not this time, is not lost by being saved again without it.
void SnapshotSaver::carry_over(const Snapshot& base, const SavedSession& session, Snapshot& snapshot) {
    add_missing(base.repos, snapshot);
    const bool has_files = session.spec && session.files;
    if (has_files || (session.spec && session.spec->session_id != base.session_id)) return;
    snapshot.files = base.files;
    if (session.spec) return;
    snapshot.session_id = base.session_id;
    snapshot.checkpoint = base.checkpoint;
}

void SnapshotSaver::report(const Snapshot& snapshot, bool is_whole) {
    upload_missing(snapshot);
    json::object manifest = snapshot_json(snapshot);
    const std::string id = snapshot_id(manifest);
    std::string& reported = is_whole ? reported_ : reported_in_part_;
    if (std::exchange(reported, id) == id) return;
    memory_.write(manifest);
    parts_.sink.report(reports::snapshot(std::move(manifest)));
}

SnapshotRepo SnapshotSaver::save_repository(const WorkspaceRepo& repo) {
    const git::Repository repository = git::open_checkout(repo.path, repo.clone_url, repo.branch);
    const git::BundlePlan plan = git::plan_bundle(repository, parts_.identity);
    SnapshotRepo out;
    out.clone_url = git::without_password(repo.clone_url);
    out.branch = repo.branch;
    out.base_branch = repo.base_branch;
    out.head = repo.branch.empty() ? repository.head() : repository.branch_tip(repo.branch);
    out.uncommitted = plan.uncommitted;
    out.notes = plan.notes;
    if (plan.tips.empty()) return out;
    const fs::path file = scratch_ / ("bundle-" + std::to_string(sources_.size()));
    const auto write = [this, path = repo.path, plan, file] { git::write_bundle(git::Repository(path), plan, file); };
    KnownBundle& known = bundles_[repo.path.string()];
    if (const std::string header = plan.header(); known.header != header) {
        write();
        known = {header, sha256_of_file(file), fs::file_size(file)};
    }
    sources_[known.sha256] = {file, write};
    out.bundle_sha256 = known.sha256;
    out.bundle_size = known.size;
    out.references = plan.references();
    return out;
}

void SnapshotSaver::save_files(const SavedSession& session, Snapshot& snapshot) {
    const auto refused = [this](const std::string& why) {
        parts_.logger.log(LogLevel::warning, "a file of the session is not kept", {{"reason", why}});
    };
    for (const SessionFile& found : find_session_files(*session.files, *session.spec, refused)) {
        struct stat facts {};
        if (::lstat(found.file.c_str(), &facts) != 0) continue;  // gone since
        KnownFile now{static_cast<std::uint64_t>(facts.st_dev),
                      static_cast<std::uint64_t>(facts.st_ino),
                      static_cast<std::uint64_t>(facts.st_size),
                      nanoseconds(facts.st_mtim),
                      nanoseconds(facts.st_ctim),
                      ""};
        const fs::path copy = scratch_ / ("file-" + std::to_string(snapshot.files.size()));
        const auto make = [from = found.file, copy] { copy_and_digest(from, copy); };
        KnownFile& known = files_[found.path];
        now.sha256 = known.sha256;
        const bool is_known = !known.sha256.empty() && known.device == now.device && known.inode == now.inode &&
                              known.size == now.size && known.modified_ns == now.modified_ns &&
                              known.changed_ns == now.changed_ns;
        if (!is_known) {
            now.sha256 = copy_and_digest(found.file, copy);
            now.size = fs::file_size(copy);
            known = now;
        }
        sources_[known.sha256] = {copy, make};
        snapshot.files.push_back({found.path, known.sha256, known.size, static_cast<int>(facts.st_mode & 0777)});
    }
}

void SnapshotSaver::upload_missing(const Snapshot& snapshot) {
    for (int round = 0; round < rounds_max; ++round) {
        bool was_complete = true;
        for (const std::string& sha256 : snapshot_blobs(snapshot)) {
            if (parts_.blobs.has(sha256)) continue;
            const auto found = sources_.find(sha256);
            if (found == sources_.end()) {  // carried over, and murmurd has lost it
                parts_.logger.log(LogLevel::error, "a file of the snapshot before is not in the store any more",
                                  {{"sha256", sha256}});
                continue;
            }
            was_complete = false;
            const Source& source = found->second;
            try {
                if (!fs::exists(source.file)) source.make();
                parts_.blobs.upload(sha256, source.file);
            } catch (const Error& error) {
                // Other bytes than expected: what is known of the files is not to be trusted.
                if (error.code() == Errc::invalid_argument) {
                    files_.clear();
                    bundles_.clear();
                }
                throw;
            }
            fs::remove(source.file);
        }
        if (was_complete) return;
    }
    throw Error(Errc::unavailable, "what was uploaded does not stay in the store");
}

}
