#pragma once

#include <murmur/error.hpp>

namespace murmur {

/// Tells whoever started murmurd how it went, once: "ready\n", or "error: …\nhint: …\n". Without a descriptor, nobody.
class ReadySignal {
public:
    explicit ReadySignal(int fd) : fd_(fd) {}
    ~ReadySignal();
    ReadySignal(const ReadySignal&) = delete;
    ReadySignal& operator=(const ReadySignal&) = delete;

    void ready();
    void failed(const Error& error);

private:
    void tell(const std::string& text);
    int fd_;
};

}
