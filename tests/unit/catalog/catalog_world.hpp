#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <murmur/error.hpp>

#include "catalog/catalog.hpp"
#include "catalog/source_document.hpp"
#include "engine/engine.hpp"
#include "secrets/key_service.hpp"
#include "store/store.hpp"

namespace murmur {

class SilentLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

/// A catalog on an engine and a store in a directory, which can be ended and started again, with murmur's own builtins.
struct CatalogParts {
    explicit CatalogParts(std::filesystem::path directory)
        : dir(std::move(directory)),
          builtins(load_builtins(kinds, MURMUR_SOURCE_DIR "/share/catalog")),
          box(dir),
          keys(open_key_file(dir / "secret-keys")) {
        open();
    }
    ~CatalogParts() { close(); }

    void open() {
        engine = std::make_unique<Engine>(options, open_sqlite_writer(dir), box, clock, logger);
        reader = open_sqlite_reader(dir);
        engine->start();
        const auto transact = [this](std::function<void(ResourceWriter&)> change) {
            engine->transact([&change](StoreWriter& store) { change(store.resources()); });
        };
        vault = std::make_unique<SecretVault>(*keys, reader->resources(), transact, clock);
        catalog = std::make_unique<Catalog>(kinds, builtins, reader->resources(), transact, *vault, clock);
    }
    void close() {
        if (engine) engine->stop();
        catalog.reset();
        vault.reset();
        reader.reset();
        engine.reset();
    }

    std::filesystem::path dir;
    KindRegistry kinds;
    std::vector<CatalogBuiltin> builtins;
    SystemClock clock;
    SilentLogger logger;
    EngineOptions options;
    SecretBox box;
    std::unique_ptr<KeyService> keys;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<StoreReader> reader;
    std::unique_ptr<SecretVault> vault;
    std::unique_ptr<Catalog> catalog;
};

/// A directory of its own that goes with it.
struct CatalogDirectory {
    CatalogDirectory() {
        char name[] = "/tmp/murmur-catalog-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~CatalogDirectory() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

inline ResourceKey acme(const std::string& kind, const std::string& name, const std::string& owner = "") {
    return {"github_app/acme", kind, owner, name};
}

/// An error as people are told it.
struct Complaint {
    Errc code = Errc::unknown;
    std::string message;
    std::string hint;
    std::vector<std::string> context;
};

template <class Work>
Complaint complaint_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return {error.code(), error.message(), error.hint(), error.context()};
    }
    return {Errc::unknown, "nothing was thrown", "", {}};
}

class CatalogWorld : public testing::Test {
protected:
    Catalog& catalog() { return *parts.catalog; }
    SourceDocument document(const std::string& kind, const std::string& text) {
        return parse_resource(parts.kinds.get(kind).spec, text, "");
    }
    Change set(const std::string& kind, const std::string& name, const std::string& text,
               std::optional<std::int64_t> expected = std::nullopt) {
        return catalog().set(acme(kind, name, user), document(kind, text), {user, {}}, expected);
    }
    Change patch(const std::string& kind, const std::string& name, const std::vector<FieldChange>& changes,
                 std::optional<std::int64_t> expected = std::nullopt) {
        return catalog().patch(acme(kind, name, user), changes, {user, {}}, expected);
    }
    Change remove(const std::string& kind, const std::string& name,
                  std::optional<std::int64_t> expected = std::nullopt) {
        return catalog().remove(acme(kind, name, user), {user, {}}, expected);
    }
    Resource get(const std::string& kind, const std::string& name) { return catalog().get(acme(kind, name, user)); }
    ApplyItem item(const std::string& kind, const std::string& text, const std::string& source = "") {
        return {kind, document(kind, text), source};
    }
    std::vector<AppliedChange> apply(std::vector<ApplyItem> items, bool dry_run = false) {
        return catalog().apply("github_app/acme", user, std::move(items), {user, {}}, dry_run);
    }

    static std::string environment(const std::string& name, const std::string& machine = "murmur-n2-standard-4",
                                   int disk_gb = 100) {
        return "name: " + name + "\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: " + machine +
               "\ndisk_type_ref: murmur-pd-balanced\ndisk_size_gb: " + std::to_string(disk_gb) + "\n";
    }
    static std::string machine(const std::string& name, int vcpus = 4) {
        return "name: " + name + "\nvcpus: " + std::to_string(vcpus) +
               "\nmemory_gb: 8\ngce: {machine_type: e2, regions: {us-west1: {cost_per_hour: 0.1}}}\n";
    }
    static std::string workspace(const std::string& name, const std::string& environment_ref,
                                 const std::string& more = "") {
        return "name: " + name + "\nimage_ref: murmur-debian12-gce\nenvironment_ref: " + environment_ref +
               "\nplacement: murmur-gcp-us-west1\nrepos:\n  - {clone_url: \"https://github.com/acme/api\", "
               "base_branch: main}\n" +
               more;
    }

    CatalogDirectory directory;
    CatalogParts parts{directory.path};
    std::string user = "alice";
};

}
