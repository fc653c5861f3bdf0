#include "git/bundle.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <base/file.hpp>
#include <cerrno>
#include <iterator>
#include <memory>
#include <murmur/error.hpp>
#include <optional>
#include <set>

#include "git/checkout_origin.hpp"
#include "git/commits.hpp"
#include "git/uncommitted.hpp"

namespace murmur::git {

namespace {

void write_bundle_bytes(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t put = ::write(fd, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw system_error(errno, "writing the bundle");
        data += put;
        size -= static_cast<std::size_t>(put);
    }
}

/// libgit2 calls it with a piece of the pack; an exception must not pass through C.
struct PackSink {
    int fd;
    std::optional<Error> failure = {};
    static int write(void* data, std::size_t size, void* payload) {
        auto& self = *static_cast<PackSink*>(payload);
        try {
            write_bundle_bytes(self.fd, static_cast<const char*>(data), size);
            return 0;
        } catch (...) {
            self.failure = current_error();
            return -1;
        }
    }
};

bool has_object(const Repository& repository, const git_oid& oid) {
    git_odb* raw = nullptr;
    check(git_repository_odb(&raw, repository.get()), "opening the objects");
    const std::unique_ptr<git_odb, Freed<git_odb_free>> odb(raw);
    return git_odb_exists(odb.get(), &oid) == 1;
}

void add_branches(const Repository& repository, BundlePlan& plan) {
    git_branch_iterator* raw = nullptr;
    check(git_branch_iterator_new(&raw, repository.get(), GIT_BRANCH_LOCAL), "listing the branches");
    BranchIteratorHandle iterator(raw);
    git_reference* reference = nullptr;
    git_branch_t type;
    while (git_branch_next(&reference, &type, iterator.get()) == 0) {
        ReferenceHandle held(reference);
        const git_oid* oid = git_reference_target(reference);
        if (!oid) continue;
        if (has_object(repository, *oid))
            plan.tips.push_back({git_reference_name(reference), to_hex(*oid)});
        else
            plan.notes.push_back("\"" + std::string(git_reference_name(reference)) + "\" pointed to commit " +
                                 to_hex(*oid) + ", which was not there");
    }
    const std::string head = repository.head();
    if (repository.head_branch().empty() && !head.empty()) plan.tips.push_back({"HEAD", head});
}

void add_stashes(const Repository& repository, BundlePlan& plan) {
    git_reflog* raw = nullptr;
    check(git_reflog_read(&raw, repository.get(), "refs/stash"), "reading the stashes");
    const std::unique_ptr<git_reflog, Freed<git_reflog_free>> log(raw);
    for (std::size_t i = 0; i < git_reflog_entrycount(log.get()); ++i) {
        const git_oid* oid = git_reflog_entry_id_new(git_reflog_entry_byindex(log.get(), i));
        if (has_object(repository, *oid)) plan.tips.push_back({stash_reference + std::to_string(i), to_hex(*oid)});
    }
}

/// The files of half a merge are among the changes; here is what else is known of it.
void add_what_is_under_way(const Repository& repository, BundlePlan& plan) {
    const std::string what = repository.under_way();
    if (what.empty()) return;
    std::vector<std::string> merging;
    const auto add = [](const git_oid* oid, void* payload) {
        static_cast<std::vector<std::string>*>(payload)->push_back(to_hex(*oid));
        return 0;
    };
    if (git_repository_mergehead_foreach(repository.get(), add, &merging) < 0) merging.clear();  // it is no merge
    std::string again = "git " + what;
    for (std::size_t i = 0; i < merging.size(); ++i) {
        plan.tips.push_back({merging_reference + (i ? "-" + std::to_string(i) : ""), merging[i]});
        again += " " + merging[i];
    }
    plan.notes.push_back("a " + what + " was under way: its files are put back as uncommitted changes; begin it again" +
                         (merging.empty() ? "" : " with: " + again));
}

RevwalkHandle walk_from(const Repository& repository, const std::string& sha) {
    git_revwalk* raw = nullptr;
    check(git_revwalk_new(&raw, repository.get()), "reading the history");
    RevwalkHandle walk(raw);
    const git_oid oid = to_oid(sha);
    check(git_revwalk_push(walk.get(), &oid), "reading the history");
    const int hidden = git_revwalk_hide_glob(walk.get(), (find_origin(repository).references + "*").c_str());
    if (hidden < 0 && hidden != GIT_ENOTFOUND) check(hidden, "reading the history");
    return walk;
}

/// The commits that `tips` have and the origin has not, and the known ones that they stand on.
void collect_commits(const Repository& repository, const std::vector<BundleTip>& tips, std::set<std::string>& wanted,
                     std::set<std::string>& prerequisites) {
    for (const BundleTip& tip : tips) {
        const RevwalkHandle walk = walk_from(repository, tip.sha);
        git_oid oid;
        while (git_revwalk_next(&oid, walk.get()) == 0) wanted.insert(to_hex(oid));
    }
    for (const std::string& sha : wanted) {
        const CommitHandle commit = lookup_commit(repository.get(), sha);
        for (unsigned i = 0; i < git_commit_parentcount(commit.get()); ++i) {
            const std::string parent = to_hex(*git_commit_parent_id(commit.get(), i));
            if (!wanted.count(parent)) prerequisites.insert(parent);
        }
    }
}

void write_pack(const Repository& repository, const std::vector<BundleTip>& tips, int fd) {
    git_packbuilder* raw = nullptr;
    check(git_packbuilder_new(&raw, repository.get()), "packing");
    PackBuilderHandle builder(raw);
    git_packbuilder_set_threads(builder.get(), 1);
    for (const BundleTip& tip : tips) {
        const RevwalkHandle walk = walk_from(repository, tip.sha);
        check(git_packbuilder_insert_walk(builder.get(), walk.get()), "packing");
    }
    PackSink sink{fd};
    const int result = git_packbuilder_foreach(builder.get(), PackSink::write, &sink);
    if (sink.failure) throw *sink.failure;
    check(result, "packing");
}

}

std::string BundlePlan::header() const {
    std::string header = "# v2 git bundle\n";
    for (const std::string& sha : prerequisites) header += "-" + sha + "\n";
    for (const BundleTip& tip : tips) header += tip.sha + " " + tip.reference + "\n";
    return header + "\n";
}

std::vector<std::string> BundlePlan::references() const {
    std::vector<std::string> names;
    for (const BundleTip& tip : tips) names.push_back(tip.reference);
    return names;
}

BundlePlan plan_bundle(const Repository& repository, const Identity& identity) {
    BundlePlan plan;
    add_branches(repository, plan);
    Uncommitted changes = commit_uncommitted(repository, identity);
    plan.uncommitted = changes.sha;
    plan.notes.insert(plan.notes.end(), std::make_move_iterator(changes.notes.begin()),
                      std::make_move_iterator(changes.notes.end()));
    if (!plan.uncommitted.empty()) {
        // So that a `git gc` of the agent's does not take it away before it is packed.
        git_reference* reference = nullptr;
        const git_oid oid = to_oid(plan.uncommitted);
        check(git_reference_create(&reference, repository.get(), wip_reference, &oid, 1, "kept by murmur"),
              "keeping the changes");
        git_reference_free(reference);
        plan.tips.push_back({wip_reference, plan.uncommitted});
    }
    add_stashes(repository, plan);
    add_what_is_under_way(repository, plan);
    std::erase_if(plan.tips, [&](const BundleTip& tip) {
        git_oid oid;
        const RevwalkHandle walk = walk_from(repository, tip.sha);
        return git_revwalk_next(&oid, walk.get()) != 0;
    });
    std::set<std::string> wanted, prerequisites;
    collect_commits(repository, plan.tips, wanted, prerequisites);
    plan.prerequisites.assign(prerequisites.begin(), prerequisites.end());
    return plan;
}

void write_bundle(const Repository& repository, const BundlePlan& plan, const std::filesystem::path& file) {
    const std::string header = plan.header();
    std::filesystem::create_directories(file.parent_path());
    const std::filesystem::path partial = file.string() + ".partial";
    Fd out(open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out) throw system_error(errno, "making \"" + partial.string() + "\"");
    try {
        write_bundle_bytes(out.get(), header.data(), header.size());
        write_pack(repository, plan.tips, out.get());
        if (fsync(out.get()) < 0) throw system_error(errno, "writing \"" + partial.string() + "\"");
        std::filesystem::rename(partial, file);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(partial, ignored);
        throw;
    }
}

}
