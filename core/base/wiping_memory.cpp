#include "base/wiping_memory.hpp"

#include <array>
#include <cstring>
#include <murmur/check.hpp>
#include <new>

namespace murmur {

namespace {

class WipingMemory final : public json::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return ::operator new(bytes, std::align_val_t(alignment));
    }
    void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override {
        ::explicit_bzero(block, bytes);
        ::operator delete(block, bytes, std::align_val_t(alignment));
    }
    bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }
};

std::size_t serialized_size(const json::object& value) {
    std::array<char, 4096> piece;
    std::size_t size = 0;
    json::serializer serializer;
    for (serializer.reset(&value); !serializer.done();) size += serializer.read(piece.data(), piece.size()).size();
    ::explicit_bzero(piece.data(), piece.size());
    return size;
}

}

json::storage_ptr wiping_storage() { return json::make_shared_resource<WipingMemory>(); }

Secret serialize_wiped(const json::object& value, const std::function<std::string(std::size_t)>& head) {
    const std::size_t size = serialized_size(value);
    std::string bytes = head(size);
    std::size_t at = bytes.size();
    bytes.resize(at + size);
    json::serializer serializer;
    for (serializer.reset(&value); !serializer.done();) {
        MURMUR_CHECK(at < bytes.size());
        at += serializer.read(bytes.data() + at, bytes.size() - at).size();
    }
    return Secret(std::move(bytes));
}

}
