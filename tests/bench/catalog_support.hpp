#pragma once

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/source_document.hpp"
#include "engine/engine.hpp"
#include "secrets/key_service.hpp"
#include "store/store.hpp"

namespace murmur {

class NullLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

/// A directory of its own below another, which goes with it.
struct BenchDirectory {
    explicit BenchDirectory(const std::filesystem::path& below) {
        std::string name = (below / "murmur-bench-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw system_error(errno, "mkdtemp");
        path = name;
    }
    ~BenchDirectory() { std::filesystem::remove_all(path); }
    BenchDirectory(const BenchDirectory&) = delete;
    BenchDirectory& operator=(const BenchDirectory&) = delete;
    std::filesystem::path path;
};

/// A catalog on an engine and a store, as in murmurd.
struct BenchCatalog {
    explicit BenchCatalog(const std::filesystem::path& dir)
        : box(dir),
          keys(open_key_file(dir / "secret-keys")),
          engine({}, open_sqlite_writer(dir), box, clock, logger),
          reader(open_sqlite_reader(dir)),
          vault(*keys, reader->resources(), transact(), clock),
          catalog(kinds, load_builtins(kinds, MURMUR_SOURCE_DIR "/share/catalog"), reader->resources(), transact(),
                  vault, clock) {
        engine.start();
    }
    ~BenchCatalog() { engine.stop(); }
    BenchCatalog(const BenchCatalog&) = delete;
    BenchCatalog& operator=(const BenchCatalog&) = delete;

    Catalog::Transact transact() {
        return [this](std::function<void(ResourceWriter&)> change) {
            engine.transact([&change](StoreWriter& store) { change(store.resources()); });
        };
    }
    void set(const std::string& kind, const std::string& name, const std::string& text) {
        catalog.set({"github_app/acme", kind, "", name}, parse_resource(kinds.get(kind).spec, text, ""), {"bench", {}});
    }

    KindRegistry kinds;
    SystemClock clock;
    NullLogger logger;
    SecretBox box;
    std::unique_ptr<KeyService> keys;
    Engine engine;
    std::unique_ptr<StoreReader> reader;
    SecretVault vault;
    Catalog catalog;
};

inline std::string bench_environment(const std::string& name) {
    return "name: " + name +
           "\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: murmur-n2-standard-4\n"
           "disk_type_ref: murmur-pd-balanced\ndisk_size_gb: 100\n";
}

/// Refers to an environment of the tenant, which must be looked up, and to two builtins.
inline std::string bench_workspace(const std::string& name, const std::string& environment, std::int64_t min_idle) {
    return "name: " + name + "\nimage_ref: murmur-debian12-gce\nenvironment_ref: " + environment +
           "\nplacement: murmur-gcp-us-west1\nrepos:\n  - {clone_url: \"https://github.com/acme/" + name +
           "\", base_branch: main}\nmin_idle: " + std::to_string(min_idle) + "\n";
}

inline double per_second(std::int64_t count, std::chrono::steady_clock::time_point began) {
    return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// How often per second `threads` threads together do `work(thread, number)` in `run_time`.
template <class Work>
double rate_of(int threads, std::chrono::milliseconds run_time, Work work) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(threads));
    const auto began = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> running;
        for (int thread = 0; thread < threads; ++thread)
            running.emplace_back([&, thread] {
                std::int64_t count = 0;
                while (std::chrono::steady_clock::now() - began < run_time) work(thread, ++count);
                counts[static_cast<std::size_t>(thread)] = count;
            });
    }
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) sum += count;
    return per_second(sum, began);
}

}
