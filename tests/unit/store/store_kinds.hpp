#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>

#include "store/memory_store.hpp"

namespace murmur {

/// A store that keeps the promises of StoreWriter and StoreReader; another one is one more line in store_kinds().
struct StoreKind {
    const char* name;
    std::unique_ptr<StoreWriter> (*open_writer)(const std::filesystem::path&);
    std::unique_ptr<StoreReader> (*open_reader)(const std::filesystem::path&);
};

/// The memory that stands for a directory.
inline MemoryStore& memory_of(const std::filesystem::path& directory) {
    static std::map<std::filesystem::path, MemoryStore> stores;
    return stores[directory];
}

inline auto store_kinds() {
    return testing::Values(
        StoreKind{"sqlite", &open_sqlite_writer, &open_sqlite_reader},
        StoreKind{"memory", [](const std::filesystem::path& dir) { return memory_of(dir).open_writer(); },
                  [](const std::filesystem::path& dir) { return memory_of(dir).open_reader(); }});
}

inline std::string store_kind_name(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

}
