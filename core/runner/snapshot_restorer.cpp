#include "runner/snapshot_restorer.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "git/clone_url.hpp"
#include "git/restore.hpp"
#include "runner/session_paths.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

/// The user's own home gets nothing but files of the agent's session, or of the one that it is a copy of.
void check_users_file(const std::string& path, const Backend& backend, const SessionSpec& spec,
                      const std::string& saved_session) {
    std::vector<std::string> patterns = backend.session_files(spec);
    SessionSpec saved = spec;
    saved.session_id = saved_session;
    const std::vector<std::string> more = backend.session_files(saved);
    patterns.insert(patterns.end(), more.begin(), more.end());
    const bool is_named = std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        const bool names_session = (!saved_session.empty() && pattern.find(saved_session) != std::string::npos) ||
                                   pattern.find(spec.session_id) != std::string::npos;
        return names_session && session_pattern_covers(pattern, path);
    });
    if (!is_named)
        throw Error(Errc::invalid_argument, "\"" + path + "\" is no file of the agent's session")
            .with_hint("Only the session's own files are put into the user's home directory.");
}

// For as long as a file is copied: the home may be on another disk than the machine's folder.
constexpr const char* copy_suffix = ".restoring";

/// What a runner that was killed has left beside a file that it put back.
void remove_leftovers(const fs::path& place) {
    std::error_code missing;
    for (const char* suffix : {copy_suffix, ".restoring.partial"}) fs::remove(place.string() + suffix, missing);
}

/// The name comes last: a file that has it has everything.
void put_in_place(const fs::path& fetched, const fs::path& place, mode_t mode) {
    const auto failed = [&] { return system_error(errno, "cannot put \"" + place.string() + "\" back"); };
    if (::chmod(fetched.c_str(), mode) != 0) throw failed();
    if (::rename(fetched.c_str(), place.c_str()) == 0) return;
    if (errno != EXDEV) throw failed();
    const fs::path beside = place.string() + copy_suffix;
    fs::copy_file(fetched, beside);
    if (::chmod(beside.c_str(), mode) != 0 || ::rename(beside.c_str(), place.c_str()) != 0) throw failed();
    fs::remove(fetched);
}

}

SnapshotRestorer::SnapshotRestorer(const json::object& manifest, BlobClient& blobs, const fs::path& machine_directory,
                                   ReportSink& sink)
    : snapshot_(parse_snapshot(manifest)), blobs_(blobs), scratch_(machine_directory / "restoring"), sink_(sink) {
    fs::create_directories(scratch_);
}

SnapshotRestorer::~SnapshotRestorer() {
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
}

fs::path SnapshotRestorer::fetch(const std::string& sha256, std::uint64_t size) {
    const fs::path file = scratch_ / sha256;
    if (!fs::exists(file)) blobs_.download(sha256, size, file);
    return file;
}

std::string SnapshotRestorer::restore_checkout(const fs::path& path, const std::string& clone_url,
                                               const std::string& branch) {
    const std::string url = git::without_password(clone_url);
    const auto repo = std::find_if(snapshot_.repos.begin(), snapshot_.repos.end(),
                                   [&](const SnapshotRepo& one) { return one.clone_url == url; });
    if (repo == snapshot_.repos.end()) return {};
    sink_.report(reports::preparing("restore", url));
    try {
        const git::Repository repository(path);
        git::WorkToRestore work{repo->branch, repo->head, repo->uncommitted, {}};
        if (!repo->bundle_sha256.empty())
            work.tips = git::read_bundle(repository, fetch(repo->bundle_sha256, repo->bundle_size));
        const git::RestoredWork done = git::restore_work(repository, work);
        for (const std::string& note : repo->notes) sink_.report(reports::preparing("note", note));
        for (const std::string& note : done.notes) sink_.report(reports::preparing("note", note));
        restored_.insert(url);
        return done.head;
    } catch (...) {
        throw current_error().in("restoring branch \"" + branch + "\" of \"" + url + "\"");
    }
}

void SnapshotRestorer::restore_files(const Backend& backend, const SessionSpec& spec) {
    const SessionHomes homes(spec);
    for (const SnapshotFile& file : snapshot_.files) {
        const std::string wanted = backend.restored_path(file.path, spec);
        const fs::path place = homes.resolve(wanted);
        if (SessionHomes::is_users(wanted)) check_users_file(wanted, backend, spec, snapshot_.session_id);
        remove_leftovers(place);
        if (fs::exists(fs::symlink_status(place))) continue;
        const fs::path fetched = fetch(file.sha256, file.size);
        fs::create_directories(place.parent_path());
        put_in_place(fetched, place, static_cast<mode_t>(file.mode) & 0777);
    }
}

void SnapshotRestorer::report_left_over() {
    for (const SnapshotRepo& repo : snapshot_.repos) {
        if (repo.bundle_sha256.empty() || restored_.count(repo.clone_url)) continue;
        SessionEvent event{
            .kind = SessionEventKind::error,
            .text = "the snapshot has work of \"" + repo.clone_url + "\", on which this agent does not work any more"};
        event.data["hint"] = "Write it to files with `murmur snapshot export`.";
        sink_.report(reports::session_event(event));
    }
}

}
