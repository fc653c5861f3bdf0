#pragma once

#include <string>

namespace murmur::git {

enum class UrlKind { local, ssh, http, other };

/// A clone URL, taken apart as far as reaching its host needs it.
struct CloneUrl {
    UrlKind kind = UrlKind::other;
    std::string user;  ///< of ssh; may be empty
    std::string host;
    std::string port;  ///< of ssh; may be empty
    std::string path;  ///< of ssh: what the other side gets; of local: the directory
};

/// Reads a local path, file://, ssh://, user@host:path, http(s)://. Throws invalid_argument for a host or path that a
/// command line would take for an option.
CloneUrl parse_clone_url(const std::string& url);

/// "murmur" for "git@github.com:acme/murmur.git": the name of the checkout's folder; never empty, never with a slash.
std::string repository_name(const std::string& url);

/// The URL without the password that it may contain, for messages.
std::string without_password(const std::string& url);

}
