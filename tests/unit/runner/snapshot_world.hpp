#pragma once

#include <cstdlib>
#include <fstream>
#include <murmur/error.hpp>

#include "git/clone.hpp"
#include "runner/session_paths.hpp"
#include "runner/snapshot_restorer.hpp"
#include "runner/snapshot_saver.hpp"
#include "sessions/blob_store.hpp"
#include "unit/git/git_fixture.hpp"

namespace murmur::runner {

inline constexpr const char* branch = "murmur/w/team/u/alice/fix";

/// Blobs in a folder, reached by a direct way, which can be made to fail.
class DirectBlobs final : public BlobClient {
public:
    explicit DirectBlobs(BlobStore& store) : store_(store) {}
    bool has(const std::string& sha256) override {
        fail_if_told();
        return store_.has(sha256);
    }
    void upload(const std::string& sha256, const std::filesystem::path& file) override {
        fail_if_told();
        std::ifstream in(file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        store_.put(sha256, "test", 0, bytes.size(), bytes);
        ++uploads;
    }
    void download(const std::string& sha256, std::uint64_t size, const std::filesystem::path& file) override {
        downloads.push_back(file);
        std::ofstream(file, std::ios::binary) << store_.read(sha256, 0, size);
    }
    int failures = 0;
    int uploads = 0;
    std::vector<std::filesystem::path> downloads;

private:
    void fail_if_told() {
        if (failures == 0) return;
        --failures;
        throw Error(Errc::resource_exhausted, "no space left").with_hint("Make room.");
    }
    BlobStore& store_;
};

class Reports final : public ReportSink {
public:
    void report(json::object body) override { all.push_back(std::move(body)); }
    std::vector<json::object> of(const char* name) const {
        std::vector<json::object> found;
        for (const json::object& one : all)
            if (const json::value* body = one.if_contains(name)) found.push_back(body->as_object());
        return found;
    }
    std::vector<json::object> all;
};

class NoLog final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

/// A CLI that keeps a transcript for each session and working directory.
class TranscriptBackend final : public Backend {
public:
    explicit TranscriptBackend(std::string home) : home_(std::move(home)) {}
    BackendCapabilities capabilities() const override { return {}; }
    std::unique_ptr<BackendSession> open(const SessionSpec&, const Call&) override { return nullptr; }
    std::vector<std::string> session_files(const SessionSpec& spec) const override {
        return {home_ + ".cli/" + place(spec) + "/" + spec.session_id + ".jsonl",
                home_ + ".cli/" + place(spec) + "/" + spec.session_id, home_ + ".cli/log-*"};
    }
    std::string restored_path(const std::string& path, const SessionSpec& spec) const override {
        const std::size_t begin = path.find(".cli/");
        const std::size_t end = path.find('/', begin + 5);
        return end == std::string::npos ? path : path.substr(0, begin + 5) + place(spec) + path.substr(end);
    }

private:
    static std::string place(const SessionSpec& spec) {
        return std::filesystem::path(spec.working_directory).parent_path().filename();
    }
    std::string home_;
};

class SnapshotTest : public GitFixture {
protected:
    SnapshotTest() : origin(make_origin()), store(open_blob_directory(root / "blobs", clock)), blobs(*store) {}

    WorkspaceRepo clone_to(const std::string& machine, const std::string& wanted = branch) {
        const std::filesystem::path path = root / machine / "app";
        git::clone({.url = origin.string(),
                    .directory = path,
                    .base_branch = "",
                    .branch = wanted,
                    .identity = {"Alice", "alice@example.org"},
                    .options = {}});
        return {origin.string(), "main", wanted, git::Repository(path).head(), path};
    }
    SessionSpec spec_of(const std::string& machine, const std::string& session = "s-1") {
        SessionSpec spec;
        spec.session_id = session;
        spec.working_directory = root / machine / "app";
        spec.home_directory = root / machine / "home";
        spec.environment["MURMUR_USER_HOME"] = (root / "user").string();
        std::filesystem::create_directories(spec.home_directory);
        return spec;
    }
    SnapshotSaver make_saver(std::vector<WorkspaceRepo> repos, const std::string& machine = "one") {
        return SnapshotSaver({.machine_directory = root / machine,
                              .machine_id = "m-1",
                              .identity = {"Alice", "alice@example.org"},
                              .repos = std::move(repos),
                              .blobs = blobs,
                              .sink = reports,
                              .logger = log});
    }
    bool save(SnapshotSaver& saver, const Backend& backend, const SessionSpec& spec, std::int64_t turn = 1) {
        return saver.save({"cli", &spec, backend.session_files(spec), {{"turns", turn}}, turn},
                          [this](std::chrono::milliseconds pause) {
                              pauses.push_back(pause);
                              return pauses.size() < 5;
                          });
    }
    json::object newest() { return reports.of("snapshot").back(); }

    std::filesystem::path origin;
    SystemClock clock;
    std::unique_ptr<BlobStore> store;
    DirectBlobs blobs;
    Reports reports;
    NoLog log;
    std::vector<std::chrono::milliseconds> pauses;
};

}
