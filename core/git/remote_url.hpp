#pragma once

#include <string>

#include "git/handles.hpp"

namespace murmur::git {

enum class UrlUse { fetch, push };

/// The URL after the url.<base>.insteadOf (and pushInsteadOf) of the configuration: the longest prefix wins, as in git.
///
/// Done here, as libgit2 1.5 leaks 20 KiB for every configuration entry it looks at for this.
std::string rewritten_url(git_config* config, const std::string& url, UrlUse use);

/// A string of the configuration; empty when it is not set.
std::string config_string(git_config* config, const std::string& key);

/// A remote with this URL that reads nothing of the configuration. With a `name`, it is also written into it.
RemoteHandle make_remote(git_repository* repository, const char* name, const std::string& url);

}
