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

#include "git/bundle.hpp"
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

}

SnapshotSaver::SnapshotSaver(Parts parts) : parts_(std::move(parts)), scratch_(parts_.machine_directory / "saving") {}

bool SnapshotSaver::save(const SavedSession& session, const Pause& pause) {
    for (std::chrono::milliseconds wait = first_pause;; wait = std::min(wait * 2, longest_pause)) {
        try {
            save_once(session);
            told_.clear();
            failing_since_.reset();
            malloc_trim(0);  // packing takes megabytes that a session of days has no use for
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

void SnapshotSaver::save_once(const SavedSession& session) {
    const ScratchFolder folder(scratch_);
    sources_.clear();
    Snapshot snapshot;
    snapshot.backend = session.backend;
    snapshot.checkpoint = session.checkpoint;
    snapshot.turn = session.turn;
    snapshot.machine_id = parts_.machine_id;
    if (session.spec) {
        snapshot.session_id = session.spec->session_id;
        save_files(session, snapshot);
    }
    for (const WorkspaceRepo& repo : parts_.repos) {
        try {
            // A checkout that the agent itself has removed has nothing more to save.
            if (fs::exists(repo.path / ".git")) snapshot.repos.push_back(save_repository(repo));
        } catch (...) {
            throw current_error().in("saving \"" + repo.path.string() + "\"");
        }
    }
    if (session.base) carry_over(session, snapshot);
    if (!session.spec && snapshot.repos.empty() && snapshot.files.empty()) return;  // it never came to any work
    upload_missing(snapshot);
    json::object manifest = snapshot_json(snapshot);
    const std::string id = snapshot_id(manifest);
    if (id == reported_) return;
    parts_.sink.report(reports::snapshot(std::move(manifest)));
    reported_ = id;
}

/// What was saved before and did not get here is not lost by being saved again without it.
void SnapshotSaver::carry_over(const SavedSession& session, Snapshot& snapshot) {
    const Snapshot base = parse_snapshot(*session.base);
    for (const SnapshotRepo& repo : base.repos) {
        const bool is_here = std::any_of(snapshot.repos.begin(), snapshot.repos.end(),
                                         [&](const SnapshotRepo& here) { return here.clone_url == repo.clone_url; });
        if (!is_here) snapshot.repos.push_back(repo);
    }
    if (session.spec) return;
    snapshot.files = base.files;
    snapshot.session_id = base.session_id;
    snapshot.checkpoint = base.checkpoint;
}

SnapshotRepo SnapshotSaver::save_repository(const WorkspaceRepo& repo) {
    const git::Repository repository(repo.path);
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
    for (const SessionFile& found : find_session_files(session.files, *session.spec, refused)) {
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
