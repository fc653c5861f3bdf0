#pragma once

#include <functional>
#include <murmur/json.hpp>
#include <string>

namespace murmur {

/// The resources of a kind: every page of ListResources, put together.
struct ResourceList {
    json::array columns;
    json::array rows;
};

/// `call` is the client's: a method and its request to an answer.
using ApiCall = std::function<json::object(std::string_view method, const json::object& request)>;
ResourceList list_resources(const ApiCall& call, const std::string& kind);

/// The names of the rows, one per line.
std::string resource_names(const json::array& rows);

}
