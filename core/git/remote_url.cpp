#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

/// The base of "url.<base>.<variable>"; empty for another key. Keys are in lower case but for the base.
std::string base_of_key(const std::string& key, const std::string& variable) {
    const std::string end = "." + variable;
    if (!key.starts_with("url.") || !key.ends_with(end) || key.size() <= 4 + end.size()) return {};
    return key.substr(4, key.size() - 4 - end.size());
}

/// Rewrites by one variable; empty when none of its entries fits.
std::string rewritten_by(git_config* config, const std::string& url, const std::string& variable) {
    git_config_iterator* raw = nullptr;
    if (git_config_iterator_new(&raw, config) < 0) return {};
    ConfigIteratorHandle iterator(raw);
    std::string best, base;
    git_config_entry* entry = nullptr;
    while (git_config_next(&entry, iterator.get()) == 0) {
        const std::string found = base_of_key(entry->name, variable);
        const std::string prefix = entry->value ? entry->value : "";
        if (found.empty() || prefix.size() <= best.size() || !url.starts_with(prefix)) continue;
        best = prefix;
        base = found;
    }
    return best.empty() ? "" : base + url.substr(best.size());
}

}

std::string rewritten_url(git_config* config, const std::string& url, UrlUse use) {
    if (!config) return url;
    std::string out;
    if (use == UrlUse::push) out = rewritten_by(config, url, "pushinsteadof");
    if (out.empty()) out = rewritten_by(config, url, "insteadof");
    return out.empty() ? url : out;
}

std::string config_string(git_config* config, const std::string& key) {
    git_buf value = GIT_BUF_INIT;
    std::string text;
    if (git_config_get_string_buf(&value, config, key.c_str()) == 0) text = value.ptr;
    git_buf_dispose(&value);
    return text;
}

RemoteHandle make_remote(git_repository* repository, const char* name, const std::string& url) {
    git_remote_create_options options = GIT_REMOTE_CREATE_OPTIONS_INIT;
    options.repository = repository;
    options.name = name;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF;
    git_remote* raw = nullptr;
    check(git_remote_create_with_opts(&raw, url.c_str(), &options), "preparing the remote \"" + url + "\"");
    return RemoteHandle(raw);
}

}
