#include "murmur/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace murmur {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "murmur: bug: %s does not hold at %s:%d\n", condition, file, line);
    std::abort();
}

}
