#pragma once

#include "http/network.hpp"

namespace murmur::http {

/// What a server keeps in its table of connections. All calls on the network thread.
class Connection {
public:
    virtual ~Connection() = default;
    /// Called about once a second: ends what has taken too long.
    virtual void check(SteadyClock::time_point now) = 0;
    /// The server stops: end as soon as the running answer is out.
    virtual void shut_down() = 0;
    /// End now.
    virtual void abort() = 0;
};

}
