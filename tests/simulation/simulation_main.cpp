// Usage: simulation [--seeds FIRST-LAST] [--trace] [--bug NAME]
//
// Runs each seed and says which invariants it violates. With --bug the bug is planted, and what ends well is that a
// seed finds it.
#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <murmur/error.hpp>

#include "base/planted_bug.hpp"
#include "world.hpp"

namespace {

struct Arguments {
    std::uint64_t first = 1, last = 2000;
    bool traces = false;
    std::string bug;
};

Arguments parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string flag = argv[i];
        if (flag == "--trace") {
            arguments.traces = true;
        } else if (flag == "--seeds" && i + 1 < argc) {
            char* rest = nullptr;
            arguments.first = arguments.last = std::strtoull(argv[++i], &rest, 10);
            if (*rest == '-') arguments.last = std::strtoull(rest + 1, nullptr, 10);
        } else if (flag == "--bug" && i + 1 < argc) {
            arguments.bug = argv[++i];
        } else {
            throw murmur::Error(murmur::Errc::invalid_argument, "unknown argument \"" + flag + "\"")
                .with_hint("Usage: simulation [--seeds FIRST-LAST] [--trace] [--bug NAME]");
        }
    }
    return arguments;
}

/// Whether a seed violates anything.
bool run_seed(std::uint64_t seed, const murmur::SecretBox& box, const Arguments& arguments, std::int64_t& happenings) {
    murmur::simulation::World world(seed, box, arguments.traces);
    const std::vector<std::string> violations = world.run();
    happenings += world.happenings();
    for (const std::string& violation : violations)
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), violation.c_str());
    return !violations.empty();
}

int run(const char* program, const Arguments& arguments) {
    char dir[] = "/tmp/murmur-simulation-XXXXXX";
    if (!::mkdtemp(dir)) throw murmur::system_error(errno, "making a directory");
    const murmur::SecretBox box{std::filesystem::path(dir)};
    std::filesystem::remove_all(dir);
    const auto began = std::chrono::steady_clock::now();
    std::int64_t happenings = 0, failed = 0;
    for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
        if (!run_seed(seed, box, arguments, happenings)) continue;
        if (!arguments.bug.empty()) {
            murmur::plant_bug("none");
            const bool is_found = !run_seed(seed, box, arguments, happenings);
            murmur::plant_bug(arguments.bug);
            if (!is_found) continue;  // it fails anyway: that proves nothing
            std::printf("the planted bug \"%s\" was found by seed %llu\n", arguments.bug.c_str(),
                        static_cast<unsigned long long>(seed));
            return 0;
        }
        ++failed;
        std::printf("replay: %s --seeds %llu --trace\n", program, static_cast<unsigned long long>(seed));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%llu seeds, %lld happenings, %lld seeds violate something; %.1f s\n",
                static_cast<unsigned long long>(arguments.last - arguments.first + 1),
                static_cast<long long>(happenings), static_cast<long long>(failed), took.count());
    if (!arguments.bug.empty()) std::printf("the planted bug \"%s\" was not found\n", arguments.bug.c_str());
    return failed > 0 || !arguments.bug.empty() ? 1 : 0;
}

}

int main(int argc, char** argv) {
    try {
        const Arguments arguments = parse(argc, argv);
        if (!arguments.bug.empty()) murmur::plant_bug(arguments.bug);
        return run(argv[0], arguments);
    } catch (const murmur::Error& error) {
        std::fprintf(stderr, "simulation: %s\n%s\n", error.message().c_str(), error.hint().c_str());
        return 2;
    }
}
