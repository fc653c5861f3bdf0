#pragma once

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <map>
#include <murmur/clock.hpp>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/time_text.hpp"

namespace murmur {

/// Stored form of plain structs: a JSON object with a member per described field, so that a new field needs one line.
///
/// A member that is absent keeps the field's default: an older document is still read. A default-valued string, list or
/// object is left out. Enumerations are written by name. Throws data_loss with the member's name for a wrong type.
template <class T>
json::value to_stored(const T& value);
template <class T>
void from_stored(const json::value& stored, T& value);

namespace stored_detail {

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
bool is_left_out(const T& value) {
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, json::object> || is_vector<T>::value ||
                  std::is_same_v<T, std::map<std::string, std::string>>)
        return value.empty();
    else if constexpr (is_optional<T>::value)
        return !value;
    else if constexpr (std::is_arithmetic_v<T>)
        return value == T{};
    else
        return false;
}

template <class T>
json::object members_to_stored(const T& value) {
    json::object object;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
        const auto& field = value.*member.pointer;
        if (!is_left_out(field)) object.emplace(member.name, to_stored(field));
    });
    return object;
}

template <class T>
void members_from_stored(const json::object& object, T& value) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
        const json::value* found = object.if_contains(member.name);
        if (!found) return;
        try {
            from_stored(*found, value.*member.pointer);
        } catch (const boost::system::system_error& error) {
            throw Error(Errc::data_loss, std::string("stored field \"") + member.name + "\" has the wrong type");
        }
    });
}

}

template <class T>
json::value to_stored(const T& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (std::is_same_v<T, std::string>) {
        return json::string(value);
    } else if constexpr (std::is_same_v<T, json::object>) {
        return value;
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        return to_ms(value);
    } else if constexpr (std::is_enum_v<T>) {
        return json::string(boost::describe::enum_to_string(value, "?"));
    } else if constexpr (stored_detail::is_optional<T>::value) {
        return value ? to_stored(*value) : json::value();
    } else if constexpr (stored_detail::is_vector<T>::value) {
        json::array array;
        array.reserve(value.size());
        for (const auto& element : value) array.push_back(to_stored(element));
        return array;
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        json::object object;
        for (const auto& [key, text] : value) object.emplace(key, text);
        return object;
    } else {
        return stored_detail::members_to_stored(value);
    }
}

template <class T>
void from_stored(const json::value& stored, T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        value = stored.as_bool();
    } else if constexpr (std::is_arithmetic_v<T>) {
        value = stored.to_number<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
        value = std::string(stored.as_string());
    } else if constexpr (std::is_same_v<T, json::object>) {
        value = stored.as_object();
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        value = from_ms(stored.to_number<std::int64_t>());
    } else if constexpr (std::is_enum_v<T>) {
        const std::string name(stored.as_string());
        if (!boost::describe::enum_from_string(name.c_str(), value))
            throw Error(Errc::data_loss, "stored value \"" + name + "\" is not known to this version");
    } else if constexpr (stored_detail::is_optional<T>::value) {
        value.emplace();
        from_stored(stored, *value);
    } else if constexpr (stored_detail::is_vector<T>::value) {
        value.clear();
        for (const json::value& element : stored.as_array()) from_stored(element, value.emplace_back());
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        value.clear();
        for (const auto& member : stored.as_object())
            value.emplace(member.key(), std::string(member.value().as_string()));
    } else {
        stored_detail::members_from_stored(stored.as_object(), value);
    }
}

}
