#pragma once

#include <git2.h>

#include <memory>
#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "git/credential_helper.hpp"
#include "git/exec_transport.hpp"
#include "git/remote_options.hpp"

namespace murmur::git {

/// One conversation with a remote: fills in libgit2's callbacks and collects what they learn. Not movable: libgit2
/// holds a pointer to it.
class Connection {
public:
    enum class Purpose { fetch, push };

    Connection(std::string url, Purpose purpose, RemoteOptions options);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Callbacks with this object as the payload.
    void fill(git_remote_callbacks& callbacks);
    /// As git::check, but with the transport's own reason when it has one, and with the URL in the message.
    void check(int result, const std::string& what_failed) const;

    struct Rejection {
        std::string reference;
        std::string reason;
    };
    const std::vector<Rejection>& rejections() const { return rejections_; }
    /// What the other side said, hooks included; without the "Counting objects" progress.
    std::string remote_messages() const;

private:
    static int on_transport(git_transport** out, git_remote* owner, void* payload);
    static int on_credentials(git_credential** out, const char* url, const char* user, unsigned allowed, void* payload);
    std::optional<UserPassword> find_credentials(const char* user) const;
    static int on_sideband(const char* text, int size, void* payload);
    static int on_transfer(const git_indexer_progress* progress, void* payload);
    static int on_push_reference(const char* reference, const char* status, void* payload);

    std::string url_;
    Purpose purpose_;
    ExecTransport exec_;
    bool credentials_offered_ = false;
    std::string sideband_;
    std::vector<Rejection> rejections_;
};

/// What a program for ssh is called: GIT_SSH_COMMAND, GIT_SSH, core.sshCommand; empty for plain ssh.
std::string configured_ssh_command(const RemoteOptions& options);

}
