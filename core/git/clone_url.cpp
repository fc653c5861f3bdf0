#include "git/clone_url.hpp"

#include <murmur/error.hpp>

namespace murmur::git {

namespace {

bool starts_with(const std::string& text, std::string_view start) { return text.rfind(start, 0) == 0; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Splits "user@host:port" or "user@[v6]:port".
void read_authority(const std::string& authority, CloneUrl& out) {
    std::string rest = authority;
    if (const auto at = rest.rfind('@'); at != std::string::npos) {
        out.user = percent_decoded(rest.substr(0, at));
        if (const auto colon = out.user.find(':'); colon != std::string::npos) out.user.resize(colon);
        rest = rest.substr(at + 1);
    }
    if (!rest.empty() && rest.front() == '[') {
        const auto end = rest.find(']');
        out.host = rest.substr(1, end == std::string::npos ? end : end - 1);
        rest = end == std::string::npos ? "" : rest.substr(end + 1);
        if (!rest.empty() && rest.front() == ':') out.port = rest.substr(1);
    } else if (const auto colon = rest.rfind(':'); colon != std::string::npos) {
        out.host = rest.substr(0, colon);
        out.port = rest.substr(colon + 1);
    } else {
        out.host = rest;
    }
}

CloneUrl parse_ssh_url(const std::string& rest) {
    CloneUrl out{.kind = UrlKind::ssh};
    const auto slash = rest.find('/');
    read_authority(rest.substr(0, slash), out);
    out.path = slash == std::string::npos ? "" : percent_decoded(rest.substr(slash));
    if (starts_with(out.path, "/~")) out.path.erase(0, 1);
    return out;
}

void refuse_options(const std::string& url, const CloneUrl& parsed) {
    if (starts_with(parsed.host, "-") || starts_with(parsed.user, "-") || starts_with(parsed.path, "-") ||
        parsed.port.find_first_not_of("0123456789") != std::string::npos)
        throw Error(Errc::invalid_argument, "strange clone url \"" + url + "\"")
            .with_hint("Use a form such as git@github.com:acme/app.git or ssh://git@host:22/acme/app.git.");
}

}

CloneUrl parse_clone_url(const std::string& url) {
    if (starts_with(url, "file://")) return {.kind = UrlKind::local, .path = percent_decoded(url.substr(7))};
    if (starts_with(url, "http://") || starts_with(url, "https://")) {
        CloneUrl out{.kind = UrlKind::http};
        const std::string rest = url.substr(url.find("://") + 3);
        read_authority(rest.substr(0, rest.find('/')), out);
        return out;
    }
    for (std::string_view scheme : {"ssh://", "git+ssh://", "ssh+git://"}) {
        if (!starts_with(url, scheme)) continue;
        CloneUrl out = parse_ssh_url(url.substr(scheme.size()));
        refuse_options(url, out);
        return out;
    }
    if (url.find("://") != std::string::npos) return {.kind = UrlKind::other};
    // As git does it: a colon before the first slash makes it host:path.
    const auto colon = url.find(':');
    if (colon == std::string::npos || url.find('/') < colon) return {.kind = UrlKind::local, .path = url};
    CloneUrl out{.kind = UrlKind::ssh};
    const std::string authority = url.substr(0, colon);
    const auto at = authority.rfind('@');
    out.user = at == std::string::npos ? "" : authority.substr(0, at);
    out.host = at == std::string::npos ? authority : authority.substr(at + 1);
    out.path = url.substr(colon + 1);
    refuse_options(url, out);
    return out;
}

std::string repository_name(const std::string& url) {
    std::string name = url;
    const auto strip = [&name](std::string_view end) {
        if (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0)
            name.resize(name.size() - end.size());
    };
    while (name.size() > 1 && name.back() == '/') name.pop_back();
    strip("/.git");
    strip(".git");
    if (const auto cut = name.find_last_of("/:"); cut != std::string::npos) name.erase(0, cut + 1);
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 0x21) c = '-';
    return name.empty() || name == "." || name == ".." ? "repository" : name;
}

std::string without_password(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const auto begin = scheme + 3;
    const auto at = url.rfind('@', url.find('/', begin));
    const auto colon = url.find(':', begin);
    if (at == std::string::npos || at < begin || colon == std::string::npos || colon > at) return url;
    return url.substr(0, colon) + url.substr(at);
}

}
