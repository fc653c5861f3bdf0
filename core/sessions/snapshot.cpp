#include "sessions/snapshot.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <set>

#include "crypto/cipher.hpp"
#include "crypto/sha256_stream.hpp"

namespace murmur {

namespace {

constexpr std::size_t files_max = 10'000;  // of a session; more is not a transcript but a data set
constexpr std::size_t repos_max = 100;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(Errc::invalid_argument, path + " " + what);
}

std::uint64_t read_size(const FieldReader& fields, std::string_view name) {
    const std::int64_t size = fields.get_int(name, 0);
    if (size < 0) refuse(fields.path_of(name), "must not be negative");
    return static_cast<std::uint64_t>(size);
}

void check_relative(const std::string& path, const std::string& text) {
    if (text.empty() || text.front() == '/' || text.find('\0') != std::string::npos)
        refuse(path, "must be a path below the home directory, not \"" + text + "\"");
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        if (part == ".." || part == "." || part.empty())
            refuse(path, "must be a path below the home directory, not \"" + text + "\"");
        begin = end + 1;
    }
}

bool is_commit(const std::string& text) {
    return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void check_commit(const FieldReader& fields, std::string_view name, const std::string& text) {
    if (!text.empty() && !is_commit(text)) refuse(fields.path_of(name), "is no commit: \"" + text + "\"");
}

SnapshotFile parse_file(const FieldReader& fields) {
    SnapshotFile file{fields.get_string("path"), fields.get_string("sha256"), read_size(fields, "size"),
                      static_cast<int>(fields.get_int("mode", 0600))};
    check_relative(fields.path_of("path"), file.path);
    if (!is_sha256(file.sha256)) refuse(fields.path_of("sha256"), "is no digest: \"" + file.sha256 + "\"");
    if (file.mode < 0 || file.mode > 0777) refuse(fields.path_of("mode"), "is no mode of a file");
    return file;
}

SnapshotRepo parse_repo(const FieldReader& fields) {
    SnapshotRepo repo;
    repo.clone_url = fields.get_string("clone_url");
    repo.branch = fields.get_string("branch", "");
    repo.base_branch = fields.get_string("base_branch", "");
    repo.head = fields.get_string("head", "");
    repo.uncommitted = fields.get_string("uncommitted", "");
    repo.bundle_sha256 = fields.get_string("bundle_sha256", "");
    repo.bundle_size = read_size(fields, "bundle_size");
    repo.references = fields.get_strings("references");
    repo.notes = fields.get_strings("notes");
    check_commit(fields, "head", repo.head);
    check_commit(fields, "uncommitted", repo.uncommitted);
    if (!repo.bundle_sha256.empty() && !is_sha256(repo.bundle_sha256))
        refuse(fields.path_of("bundle_sha256"), "is no digest: \"" + repo.bundle_sha256 + "\"");
    return repo;
}

/// Each entry of a list of objects.
template <class T, class Parse>
std::vector<T> parse_list(const FieldReader& fields, const std::string& name, std::size_t count_max, Parse parse) {
    std::vector<T> out;
    const json::array* list = fields.find_array(name);
    if (!list) return out;
    if (list->size() > count_max) refuse(name, "has more than " + std::to_string(count_max) + " entries");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string path = fields.path_of(name) + "[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) refuse(path, "must be an object");
        out.push_back(parse(FieldReader((*list)[i].get_object(), path)));
    }
    return out;
}

/// With the keys of every object in order, so that the same content is the same text.
json::value sorted(const json::value& value) {
    if (const auto* list = value.if_array()) {
        json::array out;
        for (const json::value& entry : *list) out.push_back(sorted(entry));
        return out;
    }
    const auto* object = value.if_object();
    if (!object) return value;
    std::vector<std::string> names;
    for (const auto& member : *object) names.emplace_back(member.key());
    std::sort(names.begin(), names.end());
    json::object out;
    for (const std::string& name : names) out.emplace(name, sorted(object->at(name)));
    return out;
}

}

json::object snapshot_json(const Snapshot& snapshot) {
    json::array files, repos;
    for (const SnapshotFile& file : snapshot.files)
        files.push_back(
            json::object{{"path", file.path}, {"sha256", file.sha256}, {"size", file.size}, {"mode", file.mode}});
    for (const SnapshotRepo& repo : snapshot.repos) {
        json::object object{{"cloneUrl", repo.clone_url},
                            {"branch", repo.branch},
                            {"baseBranch", repo.base_branch},
                            {"head", repo.head}};
        if (!repo.uncommitted.empty()) object["uncommitted"] = repo.uncommitted;
        if (!repo.bundle_sha256.empty()) {
            object["bundleSha256"] = repo.bundle_sha256;
            object["bundleSize"] = repo.bundle_size;
            json::array references;
            for (const std::string& reference : repo.references) references.emplace_back(reference);
            object["references"] = std::move(references);
        }
        if (!repo.notes.empty()) {
            json::array notes;
            for (const std::string& note : repo.notes) notes.emplace_back(note);
            object["notes"] = std::move(notes);
        }
        repos.push_back(std::move(object));
    }
    return {{"backend", snapshot.backend},     {"sessionId", snapshot.session_id}, {"checkpoint", snapshot.checkpoint},
            {"turn", snapshot.turn},           {"files", std::move(files)},        {"repos", std::move(repos)},
            {"machineId", snapshot.machine_id}};
}

Snapshot parse_snapshot(const json::object& manifest) {
    const FieldReader fields(manifest, "snapshot");
    Snapshot snapshot;
    snapshot.backend = fields.get_string("backend", "");
    snapshot.session_id = fields.get_string("session_id", "");
    if (const json::object* checkpoint = fields.find_object("checkpoint")) snapshot.checkpoint = *checkpoint;
    snapshot.turn = fields.get_int("turn", 0);
    snapshot.machine_id = fields.get_string("machine_id", "");
    snapshot.files = parse_list<SnapshotFile>(fields, "files", files_max, parse_file);
    snapshot.repos = parse_list<SnapshotRepo>(fields, "repos", repos_max, parse_repo);
    return snapshot;
}

std::string snapshot_id(const json::object& manifest) { return sha256_hex(json::serialize(sorted(manifest))); }

std::vector<std::string> snapshot_blobs(const Snapshot& snapshot) {
    std::set<std::string> digests;
    for (const SnapshotFile& file : snapshot.files) digests.insert(file.sha256);
    for (const SnapshotRepo& repo : snapshot.repos)
        if (!repo.bundle_sha256.empty()) digests.insert(repo.bundle_sha256);
    return {digests.begin(), digests.end()};
}

}
