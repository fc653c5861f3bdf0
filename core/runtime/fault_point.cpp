#include "runtime/fault_point.hpp"

#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace murmur {

namespace {

struct Fault {
    std::string name;
    std::atomic<int> passages_left{1};

    Fault() {
        const char* text = std::getenv("MURMUR_FAULT");
        if (!text) return;
        name = text;
        const std::size_t colon = name.rfind(':');
        if (colon == std::string::npos || colon + 1 == name.size()) return;
        const std::string count = name.substr(colon + 1);
        if (count.find_first_not_of("0123456789") != std::string::npos) return;
        passages_left = std::atoi(count.c_str());
        name.resize(colon);
    }
};

}

void fault_point(std::string_view name) noexcept {
    static Fault fault;
    if (fault.name.empty() || fault.name != name) return;
    if (fault.passages_left.fetch_sub(1) == 1) ::raise(SIGKILL);
}

}
