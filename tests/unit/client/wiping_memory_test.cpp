#include "base/wiping_memory.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

std::string written(const json::object& value) {
    std::size_t told = 0;
    const Secret bytes = serialize_wiped(value, [&](std::size_t size) {
        told = size;
        return std::string("head ");
    });
    EXPECT_EQ(bytes.reveal().size(), told + 5);
    return std::string(bytes.reveal());
}

TEST(WipingMemory, WritesWhatSerializeWrites) {
    EXPECT_EQ(written({}), "head {}");
    json::object value(wiping_storage());
    value["text"].emplace_string() = "line\n\"quoted\" \\ \x01 é";
    value["list"].emplace_array().emplace_back(nullptr).emplace_object()["n"] = 1;
    EXPECT_EQ(written(value), "head " + json::serialize(value));
    // Longer than any piece that the writer works in.
    value["text"].emplace_string() = std::string(100000, '\n');
    EXPECT_EQ(written(value), "head " + json::serialize(value));
}

TEST(WipingMemory, WhatIsPutInsideStaysInside) {
    const json::storage_ptr memory = wiping_storage();
    json::object value(memory);
    value["name"] = "a name that is longer than a small string";
    json::object& inner = value["list"].emplace_array().emplace_back(nullptr).emplace_object();
    inner["value"].emplace_string() = "another one that is longer than a small string";
    EXPECT_EQ(*value["name"].storage(), *memory);
    EXPECT_EQ(*inner.storage(), *memory);
    EXPECT_EQ(*inner["value"].get_string().storage(), *memory);
}

}
}
