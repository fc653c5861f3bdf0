// Catalog writes and reads per second. A write replaces a workspace: its body is checked, its references are looked up,
// and it is on disk when the call returns. Beside it a bare SQLite loop: the same statements on the same tables with
// the same settings, one thread, without anything else; once with a commit each, once with sixteen writes a commit. On
// the disk of the current directory and in memory (/dev/shm), where an fsync costs nothing.

#include <cstdio>

#include "catalog_support.hpp"
#include "etcd_peer.hpp"
#include "store/database.hpp"
#include "store/statement.hpp"

namespace murmur {
namespace {

constexpr std::chrono::seconds run_time{2};
constexpr int names_per_writer = 8;

std::string name_of(int writer, std::int64_t number) {
    return "w" + std::to_string(writer) + "-" + std::to_string(number % names_per_writer);
}

/// The statements of one write, as the store has them.
class BareLoop {
public:
    explicit BareLoop(const std::filesystem::path& dir) : database_(migrated(dir / "bare.db"), Database::Mode::write) {
        add_.run("environment", "e", body_);
        for (int i = 0; i < names_per_writer; ++i) add_.run("workspace", name_of(0, i), body_);
    }
    double rate(int writes_per_commit) {
        std::int64_t count = 0;
        const auto began = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - began < run_time) {
            begin_.run();
            for (int i = 0; i < writes_per_commit; ++i) write(++count);
            commit_.run();
        }
        return per_second(count, began);
    }

private:
    static std::filesystem::path migrated(const std::filesystem::path& file) {
        Database database(file, Database::Mode::write);
        migrate(database);
        return file;
    }
    void write(std::int64_t number) {
        const std::string name = name_of(0, number);
        { find_.start("workspace", name).step(); }
        { has_.start("environment", "e").step(); }
        { references_.start("workspace", name).step(); }
        update_.run(number, number, body_, "workspace", name);
    }

    Database database_;
    const std::string body_ = json::serialize(json::object{{"name", "w0-0"},
                                                           {"image_ref", "murmur-debian12-gce"},
                                                           {"environment_ref", "e"},
                                                           {"placement", "murmur-gcp-us-west1"},
                                                           {"repos", "https://github.com/acme/w0-0, base_branch: main"},
                                                           {"min_idle", 12345}});
    Statement begin_{database_.handle(), "BEGIN IMMEDIATE"};
    Statement commit_{database_.handle(), "COMMIT"};
    Statement add_{database_.handle(),
                   "INSERT INTO resources VALUES ('github_app/acme', ?, '', ?, 1, 0, 'bench', 1, 1, 0, "
                   "'environment e', '', ?, '')"};
    Statement find_{database_.handle(),
                    "SELECT tenant, kind, owner, name, generation, removed, author, created_at, updated_at, body, "
                    "content, sealed, key_version FROM resources WHERE tenant = 'github_app/acme' AND kind = ? AND "
                    "owner = '' AND name = ?"};
    Statement has_{database_.handle(),
                   "SELECT 1 FROM resources WHERE tenant = 'github_app/acme' AND kind = ? AND owner = '' AND name = ? "
                   "AND removed = 0"};
    Statement references_{database_.handle(),
                          "SELECT refs FROM resources WHERE tenant = 'github_app/acme' AND kind = ? AND owner = '' "
                          "AND name = ?"};
    Statement update_{database_.handle(),
                      "UPDATE resources SET generation = ?, removed = 0, author = 'bench', updated_at = ?, body = ?, "
                      "content = '', sealed = '', key_version = 0 WHERE tenant = 'github_app/acme' AND kind = ? AND "
                      "owner = '' AND name = ?"};
};

/// From the text that came over the wire, or from fields that were read before.
double write_rate(BenchCatalog& world, int writers, bool from_text) {
    std::vector<SourceDocument> documents;
    for (int writer = 0; writer < writers; ++writer)
        for (int i = 0; i < names_per_writer; ++i)
            documents.push_back(
                parse_resource(world.kinds.get("workspace").spec, bench_workspace(name_of(writer, i), "e", 0), ""));
    return rate_of(writers, run_time, [&](int writer, std::int64_t number) {
        const std::string name = name_of(writer, number);
        if (from_text) return world.set("workspace", name, bench_workspace(name, "e", number % 100'000));
        SourceDocument& document =
            documents[static_cast<std::size_t>(writer * names_per_writer + number % names_per_writer)];
        document.fields["min_idle"] = number % 100'000;
        world.catalog.set({"github_app/acme", "workspace", "", name}, document, {"bench", {}});
    });
}

void print_rate(const char* what, double rate, double bare) {
    std::printf("  %-38s %10.0f /s   %.2f x bare\n", what, rate, rate / bare);
}

void run_in(const std::filesystem::path& below) {
    std::printf("%s\n", below.c_str());
    const BenchDirectory bare_dir(below), dir(below);
    BareLoop bare_loop(bare_dir.path);
    const double bare = bare_loop.rate(1), bare_16 = bare_loop.rate(16);
    print_rate("bare SQLite, 1 write a commit", bare, bare);
    print_rate("bare SQLite, 16 writes a commit", bare_16, bare);
    BenchCatalog world(dir.path);
    world.set("environment", "e", bench_environment("e"));
    for (const int writers : {1, 4, 16, 64})
        print_rate(("set, " + std::to_string(writers) + " writers").c_str(), write_rate(world, writers, false), bare);
    print_rate("set from YAML text, 1 writer", write_rate(world, 1, true), bare);
    print_rate("set from YAML text, 16 writers", write_rate(world, 16, true), bare);
    for (const int readers : {1, 2})
        print_rate(("get, " + std::to_string(readers) + " readers").c_str(),
                   rate_of(readers, run_time,
                           [&](int, std::int64_t number) {
                               world.catalog.get({"github_app/acme", "workspace", "", name_of(0, number)});
                           }),
                   bare);
    print_rate("get of a builtin, 1 reader",
               rate_of(1, run_time,
                       [&](int, std::int64_t) {
                           world.catalog.get({"github_app/acme", "machine-type", "", "murmur-n2-standard-4"});
                       }),
               bare);
    print_rate("bare SQLite again", bare_loop.rate(1), bare);
    run_etcd(below, run_time, bare);
}

int run() {
    run_in(std::filesystem::current_path());
    if (std::filesystem::is_directory("/dev/shm")) run_in("/dev/shm");
    return 0;
}

}
}

int main() {
    try {
        return murmur::run();
    } catch (const murmur::Error& error) {
        std::fprintf(stderr, "catalog_bench: %s\n", error.what());
        return 1;
    }
}
