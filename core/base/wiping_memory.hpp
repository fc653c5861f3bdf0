#pragma once

#include <cstddef>
#include <functional>
#include <murmur/json.hpp>
#include <murmur/secret.hpp>
#include <string>

namespace murmur {

/// Memory for JSON values that hold a secret: every block is wiped before it is given back. Fill such a value in place
/// (emplace_object(), emplace_string()): a temporary would have memory of the ordinary kind.
json::storage_ptr wiping_storage();

/// The value as JSON behind a head, written in one piece, so that no half-written copy of it stays in freed memory.
/// `head` is told how many bytes the JSON has.
Secret serialize_wiped(const json::object& value, const std::function<std::string(std::size_t)>& head);

}
