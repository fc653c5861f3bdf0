#pragma once

#include <string>

namespace murmur::git {

/// Who commits.
struct Identity {
    std::string name;
    std::string email;
};

}
