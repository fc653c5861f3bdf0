#include "murmur/camel_case.hpp"

#include <cctype>

namespace murmur {

std::string camel_case(std::string_view snake_case) {
    std::string camel;
    bool upper = false;
    for (const char c : snake_case) {
        if (c != '_') camel.push_back(upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c);
        upper = c == '_';
    }
    return camel;
}

}
