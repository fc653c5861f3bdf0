#include "base/ids.hpp"

#include <sys/random.h>

#include <cerrno>
#include <murmur/error.hpp>
#include <vector>

#include "base/hex.hpp"

namespace murmur {

std::string random_hex(std::size_t bytes) {
    std::vector<unsigned char> random(bytes);
    for (std::size_t filled = 0; filled < bytes;) {
        const ssize_t count = ::getrandom(random.data() + filled, bytes - filled, 0);
        if (count > 0) {
            filled += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            throw system_error(errno, "cannot get random bytes");
        }
    }
    return to_hex({reinterpret_cast<const char*>(random.data()), random.size()});
}

std::string random_uuid() {
    std::string hex = random_hex(16);
    hex[12] = '4';                                              // version
    hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];  // variant
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
           hex.substr(20);
}

}
