#pragma once

#include <optional>
#include <string>

#include "git/remote_options.hpp"

namespace murmur::git {

struct UserPassword {
    std::string user;
    std::string password;
};

/// What the credential helpers that git is configured with know for `url`, without anybody being asked; empty when
/// they know nothing. Nothing is told to them. See gitcredentials(7).
std::optional<UserPassword> ask_credential_helpers(const std::string& url, const RemoteOptions& options);

}
