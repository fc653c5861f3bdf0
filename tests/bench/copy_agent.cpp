// Makes many of one agent, for measurements with a big store: `copy_agent STATE_DIR WORKFLOW_ID COUNT`.
//
// The copies are rows of the store as murmurd would have written them, named after the agent with -1, -2, …; their
// machines are names without a machine. No murmurd may run on that state directory.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <murmur/error.hpp>
#include <string>

#include "store/store.hpp"

namespace {

/// A commit of this many rows is as fast as a bigger one.
constexpr std::int64_t batch = 1000;

murmur::Agent copy_of(const murmur::Agent& agent, std::int64_t number) {
    murmur::Agent copy = agent;
    const std::string suffix = "-" + std::to_string(number);
    copy.row = 0;
    copy.id.path.back() += suffix;
    copy.session_id += suffix;
    for (auto& repo : copy.repos) repo.branch += suffix;
    if (copy.machine) copy.machine->id += suffix;
    return copy;
}

void copy_agents(murmur::StoreWriter& store, const std::string& workflow_id, std::int64_t count) {
    const auto agent = store.find_agent(workflow_id);
    if (!agent) throw murmur::Error(murmur::Errc::not_found, "there is no agent \"" + workflow_id + "\"");
    for (std::int64_t done = 0; done < count;) {
        store.begin();
        for (std::int64_t i = 0; i < batch && done < count; ++i) store.insert_agent(copy_of(*agent, ++done));
        store.commit();
    }
}

}

int main(int argc, char** argv) try {
    std::int64_t count = 0;
    if (argc == 4) std::from_chars(argv[3], argv[3] + std::strlen(argv[3]), count);
    if (count < 1) {
        std::fputs("usage: copy_agent STATE_DIR WORKFLOW_ID COUNT\n", stderr);
        return 2;
    }
    const auto store = murmur::open_sqlite_writer(argv[1]);
    copy_agents(*store, argv[2], count);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "copy_agent: %s\n", error.what());
    return 1;
}
