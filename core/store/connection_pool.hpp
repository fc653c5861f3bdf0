#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/locked.hpp"

namespace murmur {

/// A few connections that any thread may borrow one of. A Connection is made from the database's file.
template <class Connection>
class ConnectionPool {
public:
    ConnectionPool(const std::filesystem::path& file, std::size_t count) {
        auto free = free_.lock();
        for (std::size_t i = 0; i < count; ++i) free->push_back(std::make_unique<Connection>(file));
    }

    /// Borrows a connection until the end of the scope; waits while there is none.
    class Lease {
    public:
        explicit Lease(ConnectionPool& pool) : pool_(pool) {
            auto free = pool.free_.lock();
            free.wait([](const auto& list) { return !list.empty(); });
            connection_ = std::move(free->back());
            free->pop_back();
        }
        ~Lease() {
            pool_.free_.lock()->push_back(std::move(connection_));
            pool_.free_.notify_one();
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Connection* operator->() const { return connection_.get(); }

    private:
        ConnectionPool& pool_;
        std::unique_ptr<Connection> connection_;
    };

private:
    Locked<std::vector<std::unique_ptr<Connection>>> free_;
};

}
