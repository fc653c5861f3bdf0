// A tenant with 100,000 resources: how long a start takes, a page of a listing, one resource, and how much memory it
// is.

#include <cstdio>
#include <fstream>

#include "catalog_support.hpp"

namespace murmur {
namespace {

constexpr int resources = 100'000;
constexpr int per_transaction = 2'000;

double ms_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

double resident_mib() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    return 0;
}

std::string name_of(int number) {
    const std::string digits = std::to_string(number);
    return "w" + std::string(6 - digits.size(), '0') + digits;
}

/// Through the store: it is the reading that is measured.
void fill(BenchCatalog& world) {
    world.set("environment", "e", bench_environment("e"));
    const Kind& kind = world.kinds.get("workspace");
    for (int begin = 0; begin < resources; begin += per_transaction)
        world.engine.transact([&](StoreWriter& store) {
            for (int i = begin; i < begin + per_transaction; ++i) {
                const CheckedBody checked = check_resource(
                    kind, name_of(i), parse_resource(kind.spec, bench_workspace(name_of(i), "e", i % 10), ""));
                ResourceRow row;
                row.key = {"github_app/acme", "workspace", "", name_of(i)};
                row.generation = 1;
                row.author = "bench";
                row.body = json::serialize(checked.body);
                store.resources().put_resource(row, {{"environment", "e"}});
            }
        });
}

double list_all_ms(BenchCatalog& world, std::size_t page) {
    const auto began = std::chrono::steady_clock::now();
    std::size_t count = 0;
    for (std::string after;;) {
        const std::vector<Resource> found = world.catalog.list({"github_app/acme", "workspace", "", after, page});
        count += found.size();
        if (found.size() < page) break;
        after = found.back().key.name;
    }
    if (count != resources) throw Error(Errc::internal, "listed " + std::to_string(count));
    return ms_since(began);
}

int run() {
    const BenchDirectory dir(std::filesystem::current_path());
    auto began = std::chrono::steady_clock::now();
    { BenchCatalog empty(dir.path); }
    std::printf("%-44s %10.1f ms\n", "start, empty", ms_since(began));
    {
        KindRegistry kinds;
        began = std::chrono::steady_clock::now();
        load_builtins(kinds, MURMUR_SOURCE_DIR "/share/catalog");
        std::printf("%-44s %10.1f ms\n", "  of it reading the builtins", ms_since(began));
    }
    began = std::chrono::steady_clock::now();
    {
        BenchCatalog world(dir.path);
        fill(world);
    }
    std::printf("%-44s %10.1f ms\n", "storing 100,000 workspaces", ms_since(began));
    const double memory_before = resident_mib();
    began = std::chrono::steady_clock::now();
    BenchCatalog world(dir.path);
    std::printf("%-44s %10.1f ms\n", "start with them", ms_since(began));
    std::printf("%-44s %10.1f MiB more (%.1f before)\n", "  memory", resident_mib() - memory_before, memory_before);
    for (const std::size_t page : {std::size_t{100}, std::size_t{1000}}) {
        const double ms = list_all_ms(world, page);
        std::printf("listing all by pages of %-4zu %15s %10.1f ms   %.2f ms a page\n", page, "", ms,
                    ms / (resources / static_cast<double>(page)));
    }
    const double reads = rate_of(1, std::chrono::seconds(2), [&](int, std::int64_t number) {
        world.catalog.get({"github_app/acme", "workspace", "", name_of(static_cast<int>(number * 7919 % resources))});
    });
    std::printf("%-44s %10.0f /s\n", "get of one of them, anywhere", reads);
    const double writes = rate_of(16, std::chrono::seconds(2), [&](int thread, std::int64_t number) {
        const std::string name = name_of(static_cast<int>((number * 16 + thread) * 7919 % resources));
        world.set("workspace", name, bench_workspace(name, "e", 10 + number));
    });
    std::printf("%-44s %10.0f /s\n", "set of one of them, anywhere, 16 writers", writes);
    began = std::chrono::steady_clock::now();
    try {
        world.catalog.remove({"github_app/acme", "environment", "", "e"}, {"bench", {}});
    } catch (const Error&) {
        std::printf("%-44s %10.1f ms\n", "refusing to remove what all of them hold", ms_since(began));
    }
    std::printf("%-44s %10.1f MiB\n", "memory after all that", resident_mib());
    return 0;
}

}
}

int main() {
    try {
        return murmur::run();
    } catch (const murmur::Error& error) {
        std::fprintf(stderr, "catalog_scale_bench: %s\n", error.what());
        return 1;
    }
}
