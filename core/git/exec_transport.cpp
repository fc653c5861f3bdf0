#include "git/exec_transport.hpp"

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "git/exec_process.hpp"

namespace murmur::git {

namespace {

std::string shell_quoted(const std::string& text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

std::string one_line_of(const std::string& text) {
    std::string out;
    for (char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
    while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
    return out;
}

bool is_plain_ssh(const std::string& command) {
    const std::string word = command.substr(0, command.find(' '));
    return word == "ssh" || (word.size() > 4 && word.compare(word.size() - 4, 4, "/ssh") == 0);
}

struct ExecStream;

/// libgit2 frees it through `base`, which is the first member as in every C "class".
struct ExecSubtransport {
    git_smart_subtransport base;
    ExecTransport* transport;
    std::unique_ptr<ExecProcess> process = nullptr;
    std::optional<std::stop_callback<std::function<void()>>> on_stop = {};
    ExecStream* stream = nullptr;  ///< one for the whole conversation; libgit2 frees it
    bool anything_read = false;
};

struct ExecStream {
    git_smart_subtransport_stream base;
};

ExecSubtransport& subtransport_of(git_smart_subtransport_stream* stream) {
    return *reinterpret_cast<ExecSubtransport*>(stream->subtransport);
}

Error connection_failure(ExecSubtransport& self) {
    const CloneUrl& url = self.transport->url;
    self.on_stop.reset();
    const int code = self.process->finish();
    std::string reason = one_line_of(self.process->standard_error());
    if (reason.empty()) reason = "it said nothing and ended with code " + std::to_string(code);
    if (url.kind == UrlKind::local)
        return {Errc::unavailable, "the origin \"" + url.path + "\" did not answer: " + reason};
    const bool refused = reason.find("Permission denied") != std::string::npos ||
                         reason.find("Host key verification failed") != std::string::npos;
    return Error(refused ? Errc::unauthenticated : Errc::unavailable, "ssh to \"" + url.host + "\" failed: " + reason)
        .with_hint("Try `ssh -o BatchMode=yes " + (url.user.empty() ? "" : url.user + "@") + url.host +
                   "`: it must log in without asking (a key in the agent, a known host).");
}

/// Leaves the failure where the caller of libgit2 finds it.
int fail_connection(ExecTransport& transport, const Error& error) {
    if (!transport.failure) transport.failure = error;
    git_error_set_str(GIT_ERROR_NET, error.what());
    return -1;
}

int exec_stream_read(git_smart_subtransport_stream* stream, char* buffer, std::size_t size, std::size_t* got) {
    ExecSubtransport& self = subtransport_of(stream);
    try {
        *got = self.process->read(buffer, size);
        if (*got > 0) {
            self.anything_read = true;
            return 0;
        }
        if (self.anything_read) return 0;
        return fail_connection(*self.transport, connection_failure(self));
    } catch (...) {
        return fail_connection(*self.transport, current_error());
    }
}

int exec_stream_write(git_smart_subtransport_stream* stream, const char* data, std::size_t size) {
    ExecSubtransport& self = subtransport_of(stream);
    try {
        if (self.process->write(data, size)) return 0;
        return fail_connection(*self.transport, connection_failure(self));
    } catch (...) {
        return fail_connection(*self.transport, current_error());
    }
}

void exec_stream_free(git_smart_subtransport_stream* stream) {
    subtransport_of(stream).stream = nullptr;
    delete reinterpret_cast<ExecStream*>(stream);
}

int exec_action(git_smart_subtransport_stream** out, git_smart_subtransport* base, const char*,
                git_smart_service_t action) {
    auto& self = *reinterpret_cast<ExecSubtransport*>(base);
    try {
        const bool first = action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_RECEIVEPACK_LS;
        if (!first && self.stream) {  // the second half of the same conversation
            *out = &self.stream->base;
            return 0;
        }
        if (first || !self.process) {
            const bool up = action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_UPLOADPACK;
            const auto argv = exec_transport_argv(*self.transport, up ? "git-upload-pack" : "git-receive-pack");
            self.anything_read = false;
            self.on_stop.reset();
            self.process = std::make_unique<ExecProcess>(argv, self.transport->options.environment);
            self.on_stop.emplace(self.transport->options.stop,
                                 [process = self.process.get()] { process->cut_short(); });
        }
        auto stream = std::make_unique<ExecStream>();
        stream->base = {base, exec_stream_read, exec_stream_write, exec_stream_free};
        self.stream = stream.release();
        *out = &self.stream->base;
        return 0;
    } catch (...) {
        return fail_connection(*self.transport, current_error());
    }
}

int exec_close(git_smart_subtransport* base) {
    auto& self = *reinterpret_cast<ExecSubtransport*>(base);
    self.on_stop.reset();
    if (self.process) self.process->finish();
    self.process.reset();
    return 0;
}

void exec_free(git_smart_subtransport* base) { delete reinterpret_cast<ExecSubtransport*>(base); }

int exec_subtransport(git_smart_subtransport** out, git_transport*, void* parameter) {
    auto* self = new (std::nothrow)
        ExecSubtransport{{exec_action, exec_close, exec_free}, static_cast<ExecTransport*>(parameter)};
    if (!self) return -1;
    *out = &self->base;
    return 0;
}

}

std::vector<std::string> exec_transport_argv(const ExecTransport& transport, const std::string& service) {
    const CloneUrl& url = transport.url;
    if (url.kind == UrlKind::local) return {"git", service.substr(4), url.path};
    std::vector<std::string> argv;
    const bool plain = transport.ssh_command.empty() || is_plain_ssh(transport.ssh_command);
    if (transport.ssh_command.empty())
        argv = {"ssh"};
    else
        argv = {"sh", "-c", transport.ssh_command + " \"$@\"", transport.ssh_command};
    // Only the real ssh is known to have these; nobody is there to answer a question.
    if (plain)
        argv.insert(argv.end(), {"-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15", "-o",
                                 "ServerAliveCountMax=4"});
    if (!url.port.empty()) argv.insert(argv.end(), {"-p", url.port});
    argv.push_back(url.user.empty() ? url.host : url.user + "@" + url.host);
    argv.push_back(service + " " + shell_quoted(url.path));
    return argv;
}

int make_exec_transport(git_transport** out, git_remote* owner, ExecTransport& transport) {
    transport.definition = {exec_subtransport, 0, &transport};
    return git_transport_smart(out, owner, &transport.definition);
}

}
