#pragma once

#include <git2.h>
#include <git2/sys/transport.h>

#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "git/clone_url.hpp"
#include "git/remote_options.hpp"

namespace murmur::git {

/// What a transport through a program needs, and where it leaves the reason of a failure. Must outlive the connection.
struct ExecTransport {
    CloneUrl url;
    std::string ssh_command;  ///< as GIT_SSH_COMMAND; empty: plain ssh
    RemoteOptions options;
    std::optional<Error> failure = {};
    git_smart_subtransport_definition definition = {};
};

/// A libgit2 transport that talks to git-upload-pack or git-receive-pack through the pipes of a program: ssh for an ssh
/// URL, the command itself for a local path, so that the origin's hooks run. For git_remote_callbacks::transport.
int make_exec_transport(git_transport** out, git_remote* owner, ExecTransport& transport);

/// The command line for the service ("git-upload-pack"); for tests.
std::vector<std::string> exec_transport_argv(const ExecTransport& transport, const std::string& service);

}
