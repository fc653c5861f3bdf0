#pragma once

#include <exception>
#include <string>
#include <thread>

#include "base/file.hpp"
#include "client/api_client.hpp"

namespace murmur {

/// Watches, in a thread of its own, whether an agent comes to rest (its turn is over, or it is).
class RestWatch {
public:
    /// From the event `from` on. `options.cancel_fd` is replaced.
    RestWatch(ApiOptions options, json::object ref, std::string from);
    ~RestWatch();

    /// Readable once the agent rests or the watch has failed.
    int fd() const { return rested_.get(); }
    bool is_over() const;
    /// Throws why the watch failed, if it did. Only once is_over().
    void rethrow_failure() const;

private:
    void run(ApiOptions options, const json::object& ref, const std::string& from) noexcept;

    Fd rested_;                   // eventfd
    Fd stop_;                     // eventfd
    std::exception_ptr failure_;  // written before rested_ is signalled
    std::thread thread_;
};

}
