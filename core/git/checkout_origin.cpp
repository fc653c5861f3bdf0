#include "git/checkout_origin.hpp"

#include <murmur/error.hpp>
#include <vector>

#include "git/clone_url.hpp"
#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

constexpr const char* remembered_key = "murmur.cloneurl";
// When no remote is the origin any more: what the others fetch says nothing about it.
constexpr const char* own_references = "refs/murmur/origin/";

/// "origin" first. Read entry by entry: libgit2 1.5 leaks 20 KiB for each one that its own list looks at.
std::vector<std::string> remotes_of(git_config* config) {
    constexpr std::string_view begin = "remote.", end = ".url";
    std::vector<std::string> out = {"origin"};
    git_config_iterator* raw = nullptr;
    check(git_config_iterator_new(&raw, config), "listing the remotes");
    const ConfigIteratorHandle iterator(raw);
    git_config_entry* entry = nullptr;
    while (git_config_next(&entry, iterator.get()) == 0) {
        const std::string_view key = entry->name;
        if (!key.starts_with(begin) || !key.ends_with(end) || key.size() <= begin.size() + end.size()) continue;
        const std::string_view name = key.substr(begin.size(), key.size() - begin.size() - end.size());
        if (name != out.front()) out.emplace_back(name);
    }
    return out;
}

/// "host/path" for a URL of a host, whichever way it is reached.
std::string place_of(const std::string& url) {
    const CloneUrl parsed = parse_clone_url(url);
    if (parsed.kind != UrlKind::ssh && parsed.kind != UrlKind::http) return without_password(url);
    const std::size_t scheme = url.find("://");
    std::string place = scheme == std::string::npos ? url : url.substr(scheme + 3);
    if (const std::size_t user = place.find('@'); user < place.find('/')) place.erase(0, user + 1);
    if (const std::size_t colon = place.find(':'); scheme == std::string::npos && colon != std::string::npos)
        place[colon] = '/';
    while (place.ends_with('/')) place.pop_back();
    if (place.ends_with(".git")) place.resize(place.size() - 4);
    return place;
}

}

bool is_same_origin(const std::string& one, const std::string& other) {
    try {
        return place_of(one) == place_of(other);
    } catch (const Error&) {
        return one == other;  // of no form that is known
    }
}

void remember_origin(const Repository& checkout, const std::string& url) {
    git_config* raw = nullptr;
    check(git_repository_config(&raw, checkout.get()), "opening the repository's configuration");
    const ConfigHandle config(raw);
    if (config_string(raw, remembered_key) == url) return;
    check(git_config_set_string(raw, remembered_key, url.c_str()), "noting the origin");
}

CheckoutOrigin find_origin(const Repository& checkout) {
    git_config* raw = nullptr;
    check(git_repository_config_snapshot(&raw, checkout.get()), "reading the repository's configuration");
    const ConfigHandle config(raw);
    CheckoutOrigin out{.url = config_string(raw, remembered_key), .push_url = "", .references = own_references};
    if (out.url.empty()) out.url = config_string(raw, "remote.origin.url");
    for (const std::string& name : remotes_of(raw)) {
        const std::string url = config_string(raw, "remote." + name + ".url");
        if (!is_same_origin(url, out.url)) continue;
        out.push_url = config_string(raw, "remote." + name + ".pushurl");
        out.references = "refs/remotes/" + name + "/";
        break;
    }
    return out;
}

}
