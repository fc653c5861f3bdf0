#include "cli/snapshot_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <murmur/error.hpp>
#include <set>

#include "base/file.hpp"
#include "cli/answer_fields.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

/// Only what lies below; the server checks it too, but a path from afar is not believed.
fs::path below(const fs::path& directory, const std::string& relative) {
    const fs::path path(relative);
    for (const auto& part : path)
        if (part == ".." || path.is_absolute())
            throw Error(Errc::data_loss, "the snapshot has a file \"" + relative + "\" outside of the home directory");
    return directory / path;
}

void write_blob(const SnapshotExport& target, const std::string& sha256, const fs::path& path, mode_t mode) {
    fs::create_directories(path.parent_path());
    if (fs::exists(fs::symlink_status(path)))
        throw Error(Errc::data_loss, "the snapshot has \"" + path.string() + "\" twice");
    const fs::path partial = path.string() + ".partial";
    const Fd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) throw system_error(errno, "cannot write \"" + path.string() + "\"");
    target.read_blob(sha256, [&](std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw system_error(errno, "cannot write \"" + path.string() + "\"");
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    });
    if (::fchmod(file.get(), mode) != 0) throw system_error(errno, "cannot set the mode of \"" + path.string() + "\"");
    fs::rename(partial, path);  // a file that has its name has everything
}

/// "api" for "git@github.com:acme/api.git", with a number when it is taken.
std::string bundle_name(const std::string& clone_url, std::set<std::string>& used) {
    std::string name = clone_url.substr(0, clone_url.find_last_not_of('/') + 1);
    name = name.substr(name.find_last_of("/:") + 1);
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    if (name.empty() || name.front() == '.') name = "repository";
    std::string unused = name;
    for (int i = 2; !used.insert(unused).second; ++i) unused = name + "-" + std::to_string(i);
    return unused + ".bundle";
}

std::string quoted_for_shell(const std::string& text) {
    if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:") ==
        std::string::npos)
        return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// In the directory until all is written.
constexpr const char* unfinished_mark = "unfinished";
// Of uncommitted changes and stashes.
constexpr std::string_view own_references = "refs/murmur/";

std::string fetch_command(const std::string& slug, const fs::path& bundle, const json::object& repo) {
    std::string command = "git fetch " + quoted_for_shell(fs::absolute(bundle).string());
    for (const json::value& value : answer_list(repo, "references")) {
        if (!value.is_string()) continue;
        const std::string reference(value.get_string());
        std::string name = slug + "-detached";
        if (reference.starts_with("refs/heads/")) name = reference.substr(11);
        if (reference.starts_with(own_references)) name = slug + "-" + reference.substr(own_references.size());
        command += " " + quoted_for_shell(reference + ":refs/heads/saved/" + name);
    }
    return command;
}

}

std::string short_snapshot_id(const std::string& id) {
    constexpr std::size_t id_shown = 12;
    return id.substr(0, id_shown);
}

std::string export_snapshot(const SnapshotExport& target, const json::object& manifest) {
    const fs::path& directory = target.directory;
    fs::create_directories(directory);
    const fs::path mark = directory / unfinished_mark;
    if (fs::exists(mark))
        throw Error(Errc::already_exists, "an export into \"" + directory.string() + "\" was cut short")
            .with_hint("Remove what is there, then export again: rm -r " + quoted_for_shell(directory.string()));
    if (!fs::is_empty(directory))
        throw Error(Errc::already_exists, "\"" + directory.string() + "\" is not empty")
            .with_hint("Name another directory; it is made.");
    write_file_atomically(mark, "this export is not finished\n", 0600);
    std::string text;
    std::size_t files = 0;
    for (const json::value& value : answer_list(manifest, "files")) {
        if (!value.is_object()) continue;
        const json::object& file = value.get_object();
        write_blob(target, answer_text(file, "sha256"), below(directory / "session", answer_text(file, "path")),
                   static_cast<mode_t>(answer_number(file, "mode")) & 0777);
        ++files;
    }
    std::set<std::string> used;
    for (const json::value& value : answer_list(manifest, "repos")) {
        if (!value.is_object()) continue;
        const json::object& repo = value.get_object();
        const std::string sha256 = answer_text(repo, "bundleSha256"), url = answer_text(repo, "cloneUrl");
        for (const json::value& note : answer_list(repo, "notes"))
            if (note.is_string()) text += as_one_line(url) + ": " + as_one_line(std::string(note.get_string())) + "\n";
        if (sha256.empty() && answer_text(repo, "head").empty()) continue;  // the notes say why
        if (sha256.empty()) {
            text += "all of the work in " + as_one_line(url) + " is on its origin\n";
            continue;
        }
        const fs::path bundle = directory / bundle_name(url, used);
        write_blob(target, sha256, bundle, 0600);
        text += "work in " + as_one_line(url) + " that is not on its origin; in a clone of it:\n  " +
                as_one_line(fetch_command(target.slug, bundle, repo)) + "\n";
    }
    write_file_atomically(directory / "manifest.json", pretty_json(manifest), 0600);
    fs::remove(mark);
    return "wrote " + directory.string() + ": " + std::to_string(files) + " session file" + (files == 1 ? "" : "s") +
           ", " + std::to_string(used.size()) + " bundle" + (used.size() == 1 ? "" : "s") + "\n" + text;
}

}
