#include "murmur/secret.hpp"

#include <cstring>

namespace murmur {

// Copied: of a short string, moving would leave the bytes behind.
Secret::Secret(std::string value) : value_(value) {
    if (!value.empty()) explicit_bzero(value.data(), value.size());
}
Secret::Secret(const Secret&) = default;
Secret::Secret(Secret&& other) noexcept : value_(other.value_) { other.wipe(); }

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        value_ = other.value_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = other.value_;
        other.wipe();
    }
    return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
    if (!value_.empty()) explicit_bzero(value_.data(), value_.size());
    value_.clear();
}

}
