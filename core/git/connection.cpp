#include "git/connection.hpp"

#include <cstdlib>
#include <mutex>

#include "git/credential_helper.hpp"
#include "git/handles.hpp"
#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

constexpr std::size_t sideband_bytes_max = 16 << 10;  // of a hook's talk; the end is what tells the reason

bool is_github(const std::string& host, const RemoteOptions& options) {
    return host == "github.com" || host == options.variable("GH_HOST").value_or("github.com");
}

std::string https_token(const CloneUrl& url, const RemoteOptions& options) {
    if (const auto token = options.variable("MURMUR_GIT_TOKEN")) return *token;
    if (!is_github(url.host, options)) return {};  // a GitHub token is for GitHub alone
    if (const auto token = options.variable("GH_TOKEN")) return *token;
    return options.variable("GITHUB_TOKEN").value_or("");
}

/// Whom a server's certificate has to be signed by, where that is not who the system trusts.
std::string trusted_certificates(const RemoteOptions& options) {
    if (const auto file = options.variable("GIT_SSL_CAINFO")) return *file;
    git_config* raw = nullptr;
    if (git_config_open_default(&raw) == 0) {
        const ConfigHandle config(raw);
        if (const std::string file = config_string(raw, "http.sslcainfo"); !file.empty()) return file;
    }
    return options.variable("SSL_CERT_FILE").value_or("");
}

/// libgit2 has one such setting for the whole process.
void trust_certificates(const std::string& file) {
    static std::mutex mutex;
    static std::string trusted;
    const std::lock_guard held(mutex);
    if (file.empty() || file == trusted) return;
    check(git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file.c_str(), nullptr),
          "reading the certificates in \"" + file + "\"");
    trusted = file;
}

}

std::optional<std::string> RemoteOptions::variable(const std::string& name) const {
    const auto found = environment.find(name);
    if (found != environment.end()) return found->second.empty() ? std::nullopt : std::optional(found->second);
    const char* value = std::getenv(name.c_str());
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

std::string configured_ssh_command(const RemoteOptions& options) {
    if (const auto command = options.variable("GIT_SSH_COMMAND")) return *command;
    if (const auto program = options.variable("GIT_SSH")) return *program;
    git_config* raw = nullptr;
    if (git_config_open_default(&raw) < 0) return {};
    ConfigHandle config(raw);
    return config_string(config.get(), "core.sshcommand");
}

Connection::Connection(std::string url, Purpose purpose, RemoteOptions options)
    : url_(std::move(url)), purpose_(purpose), exec_{.url = parse_clone_url(url_), .options = std::move(options)} {
    if (exec_.url.kind == UrlKind::ssh) exec_.ssh_command = configured_ssh_command(exec_.options);
    if (exec_.url.kind == UrlKind::http) trust_certificates(trusted_certificates(exec_.options));
    if (exec_.url.kind == UrlKind::other)
        throw Error(Errc::invalid_argument, "clone url \"" + url_ + "\" has a form that is not supported")
            .with_hint("Use a local path, file://, https://, ssh:// or user@host:path.");
}

void Connection::fill(git_remote_callbacks& callbacks) {
    callbacks.payload = this;
    callbacks.credentials = on_credentials;
    callbacks.sideband_progress = on_sideband;
    callbacks.push_update_reference = on_push_reference;
    callbacks.transfer_progress = on_transfer;
    // libgit2 reads local repositories itself, and fast; but it writes to them without running their hooks.
    if (exec_.url.kind == UrlKind::ssh || (exec_.url.kind == UrlKind::local && purpose_ == Purpose::push))
        callbacks.transport = on_transport;
}

void Connection::check(int result, const std::string& what_failed) const {
    if (result >= 0) return;
    if (exec_.options.stop.stop_requested())
        throw Error(Errc::cancelled, what_failed + " \"" + without_password(url_) + "\" was cut short");
    if (exec_.failure) throw exec_.failure->in(what_failed + " \"" + without_password(url_) + "\"");
    git::check(result, what_failed + " \"" + without_password(url_) + "\"");
}

std::string Connection::remote_messages() const {
    std::string out, line;
    for (char c : sideband_ + "\n") {
        if (c != '\n' && c != '\r') {
            line += c;
            continue;
        }
        const bool progress = line.find("objects: ") != std::string::npos || line.find("deltas: ") != std::string::npos;
        while (!line.empty() && line.back() == ' ') line.pop_back();
        if (!line.empty() && !progress && line.rfind("Total ", 0) != 0) out += (out.empty() ? "" : "\n") + line;
        line.clear();
    }
    return out;
}

int Connection::on_transport(git_transport** out, git_remote* owner, void* payload) {
    return make_exec_transport(out, owner, static_cast<Connection*>(payload)->exec_);
}

int Connection::on_credentials(git_credential** out, const char*, const char* user, unsigned allowed, void* payload) {
    auto& self = *static_cast<Connection*>(payload);
    if (!(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT)) return GIT_PASSTHROUGH;
    try {
        const std::optional<UserPassword> found =
            self.credentials_offered_ ? std::nullopt : self.find_credentials(user);
        if (!found) {
            git_error_set_str(GIT_ERROR_HTTP, self.credentials_offered_
                                                  ? "the server refused the credentials"
                                                  : "the server asks for credentials and there are none");
            return GIT_EAUTH;
        }
        self.credentials_offered_ = true;
        return git_credential_userpass_plaintext_new(out, found->user.c_str(), found->password.c_str());
    } catch (...) {
        git_error_set_str(GIT_ERROR_HTTP, current_error().what());
        return GIT_EAUTH;
    }
}

/// A token for murmur first, then what the user's git would use.
std::optional<UserPassword> Connection::find_credentials(const char* user) const {
    const std::string token = https_token(exec_.url, exec_.options);
    if (!token.empty()) return UserPassword{user && *user ? user : "x-access-token", token};
    return ask_credential_helpers(url_, exec_.options);
}

int Connection::on_sideband(const char* text, int size, void* payload) {
    auto& self = *static_cast<Connection*>(payload);
    std::string& kept = self.sideband_;
    kept.append(text, static_cast<std::size_t>(size));
    if (kept.size() > sideband_bytes_max) kept.erase(0, kept.size() - sideband_bytes_max);
    return self.exec_.options.stop.stop_requested() ? -1 : 0;
}

int Connection::on_transfer(const git_indexer_progress*, void* payload) {
    return static_cast<Connection*>(payload)->exec_.options.stop.stop_requested() ? -1 : 0;
}

int Connection::on_push_reference(const char* reference, const char* status, void* payload) {
    if (status) static_cast<Connection*>(payload)->rejections_.push_back({reference, status});
    return 0;
}

}
