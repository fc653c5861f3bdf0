#pragma once

#include <string>

#include "git/repository.hpp"

namespace murmur::git {

/// Where the work of a checkout goes: to what it was cloned from for the agent, whatever the agent calls its remotes by
/// now, and wherever those lead.
struct CheckoutOrigin {
    std::string url;         ///< as it was cloned; empty: not known
    std::string push_url;    ///< another one for pushes; empty: the same
    std::string references;  ///< under which it is noted what the origin has; ends with a slash
};

/// Notes in the checkout's own configuration what it is a clone of.
void remember_origin(const Repository& checkout, const std::string& url);

/// Whether both lead to the same repository, as far as their texts tell: by the same path of the same host.
bool is_same_origin(const std::string& one, const std::string& other);

/// As it was remembered. One of which nothing was is a clone of what it calls "origin".
CheckoutOrigin find_origin(const Repository& checkout);

}
