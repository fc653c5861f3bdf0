#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace murmur::git {

/// How to reach a remote.
///
/// https takes its password from MURMUR_GIT_TOKEN for any host, from GH_TOKEN or GITHUB_TOKEN for GitHub alone, and
/// else from git's credential helpers; it trusts the certificates in GIT_SSL_CAINFO (http.sslCAInfo, SSL_CERT_FILE) or
/// the system's. ssh is the system's ssh program (GIT_SSH_COMMAND, core.sshCommand). Nobody is ever asked for anything.
struct RemoteOptions {
    std::map<std::string, std::string> environment = {};  ///< looked into before the process's own; may hold secrets
    std::stop_token stop = {};                            ///< ends whatever is under way, with `cancelled`

    std::optional<std::string> variable(const std::string& name) const;
};

}
