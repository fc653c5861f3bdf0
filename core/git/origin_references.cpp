#include "git/origin_references.hpp"

#include <fstream>
#include <map>
#include <murmur/error.hpp>
#include <string>
#include <string_view>

#include "git/handles.hpp"

namespace murmur::git {

namespace {

constexpr std::string_view origin_heads = "refs/heads/";
constexpr std::string_view origin_tracked = "refs/remotes/origin/";

/// How the clone calls what the origin calls `name`; empty for what is not taken over. Names come from elsewhere, and
/// are about to become lines of a file.
std::string own_name(std::string_view name) {
    std::string own;
    if (name.starts_with(origin_heads)) own = std::string(origin_tracked).append(name.substr(origin_heads.size()));
    if (name.starts_with("refs/tags/") && !name.ends_with("^{}")) own = name;
    int valid = 0;
    const bool is_taken = !own.empty() && own != std::string(origin_tracked) + "HEAD" &&
                          git_reference_name_is_valid(&valid, own.c_str()) == 0 && valid;
    return is_taken ? own : "";
}

/// By their names, in the order of git's file.
std::map<std::string, std::string> references_of(git_remote* remote) {
    const git_remote_head** found = nullptr;
    std::size_t count = 0;
    check(git_remote_ls(&found, &count, remote), "listing the origin's branches");
    std::map<std::string, std::string> out;
    for (std::size_t i = 0; i < count; ++i)
        if (std::string own = own_name(found[i]->name); !own.empty()) out.emplace(own, to_hex(found[i]->oid));
    return out;
}

/// The format: gitrepository-layout(5), "packed-refs".
void write_packed(git_repository* clone, const std::map<std::string, std::string>& references) {
    const std::string path = std::string(git_repository_path(clone)) + "packed-refs";
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << "# pack-refs with: sorted \n";
    for (const auto& [name, sha] : references) file << sha << ' ' << name << '\n';
    file.close();
    if (!file) throw system_error(errno, "cannot write \"" + path + "\"");
}

std::string default_branch(git_remote* remote) {
    git_buf name = GIT_BUF_INIT;
    const int result = git_remote_default_branch(&name, remote);
    const std::string text = result == 0 ? name.ptr : "";
    git_buf_dispose(&name);
    if (result != GIT_ENOTFOUND) check(result, "asking for the origin's HEAD");
    return text.starts_with(origin_heads) ? text.substr(origin_heads.size()) : "";
}

void begin_on(git_repository* clone, const std::string& branch, const std::string& sha) {
    const std::string what = "making the branch \"" + branch + "\"", own = std::string(origin_heads) + branch;
    const git_oid id = to_oid(sha);
    git_reference* raw = nullptr;
    check(git_reference_create(&raw, clone, own.c_str(), &id, 0, "clone"), what);
    const ReferenceHandle local(raw);
    check(git_branch_set_upstream(local.get(), ("origin/" + branch).c_str()), what);
    check(git_reference_symbolic_create(&raw, clone, (std::string(origin_tracked) + "HEAD").c_str(),
                                        (std::string(origin_tracked) + branch).c_str(), 0, "clone"),
          what);
    git_reference_free(raw);
    check(git_repository_set_head(clone, own.c_str()), what);
}

}

void take_over_references(git_repository* clone, git_remote* remote) {
    const std::map<std::string, std::string> references = references_of(remote);
    if (references.empty()) return;
    write_packed(clone, references);
    const std::string branch = default_branch(remote);
    const auto tip = references.find(std::string(origin_tracked) + branch);
    if (tip != references.end()) begin_on(clone, branch, tip->second);
}

}
