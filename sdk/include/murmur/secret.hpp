#pragma once

#include <string>
#include <string_view>

#include "murmur/export.hpp"

namespace murmur {

/// A string that never prints itself and is wiped when it goes. There is no operator<<; `reveal()` is easy to search
/// for.
class MURMUR_SDK_API Secret {
public:
    Secret() = default;
    explicit Secret(std::string value);
    Secret(const Secret&);
    Secret& operator=(const Secret&);
    Secret(Secret&&) noexcept;
    Secret& operator=(Secret&&) noexcept;
    ~Secret();

    /// The value itself. Never log it, put it in an argv, or write it to a file.
    std::string_view reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    void wipe() noexcept;
    std::string value_;
};

}
