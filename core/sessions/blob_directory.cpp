#include "sessions/blob_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "crypto/sha256_stream.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t verified_max = 4096;  // digests remembered: 400 KiB
// What uploads leave free: enough for the database to go on for hours, and an eighth of a disk on which that would be
// much.
constexpr std::uint64_t space_left_max = 16 << 20;
constexpr std::uint64_t space_left_part = 8;
// An upload that has sent nothing for so long is not waited for. Its runner sends piece after piece.
constexpr std::chrono::minutes claim_time{1};
constexpr const char* uploads_folder = "uploads";
constexpr const char* damaged_folder = "damaged";

std::string quoted(const fs::path& path) { return "\"" + path.string() + "\""; }

constexpr const char* room_hint = "Make room on the disk of murmurd's state directory; it is tried again by itself.";

Error disk_error(int number, const std::string& what) {
    const Error error = system_error(number, what);
    return number == ENOSPC || number == EDQUOT ? error.with_hint(room_hint) : error;
}

void require_digest(const std::string& sha256) {
    if (!is_sha256(sha256))
        throw Error(Errc::invalid_argument, "\"" + sha256.substr(0, 80) + "\" is not 64 hexadecimal digits");
}

void make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
        const Fd parent(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!parent || ::fsync(parent.get()) != 0) throw disk_error(errno, "cannot make the folder " + quoted(path));
    } else if (errno != EEXIST) {
        throw disk_error(errno, "cannot make the folder " + quoted(path));
    }
}

void sync_folder(const fs::path& path) {
    const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) throw disk_error(errno, "cannot write the folder " + quoted(path));
}

struct FileFacts {
    std::uint64_t size = 0;
    TimePoint modified{};
};

std::optional<FileFacts> facts_of(const fs::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0)
        return FileFacts{static_cast<std::uint64_t>(found.st_size),
                         from_ms(found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1'000'000)};
    if (errno == ENOENT) return std::nullopt;
    throw system_error(errno, "cannot look at " + quoted(path));
}

void set_modified(const fs::path& path, TimePoint now) {
    const std::int64_t ms = to_ms(now);
    const timespec time{static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1'000'000};
    const timespec times[2] = {time, time};
    if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0)
        throw system_error(errno, "cannot mark " + quoted(path) + " as used");
}

void write_at(const Fd& file, const fs::path& path, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw disk_error(errno, "cannot write " + quoted(path));
        bytes.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

/// The upload's file, locked: the same upload cannot be at two places at once, a second hand waits and then sees how
/// far the first has come. Nothing when the file has got its name as a blob, or gone, meanwhile.
Fd open_upload(const fs::path& path) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) throw disk_error(errno, "cannot make " + quoted(path));
    while (::flock(file.get(), LOCK_EX) != 0)
        if (errno != EINTR) throw system_error(errno, "cannot lock " + quoted(path));
    struct stat held {
    }, named{};
    if (::fstat(file.get(), &held) != 0) throw system_error(errno, "cannot look at " + quoted(path));
    if (::lstat(path.c_str(), &named) != 0 || named.st_ino != held.st_ino || named.st_dev != held.st_dev) return {};
    return file;
}

}

BlobDirectory::BlobDirectory(fs::path directory, Clock& clock, LookAtDisk look_at_disk)
    : directory_(std::move(directory)), clock_(clock), look_at_disk_(std::move(look_at_disk)) {
    make_folder(directory_);
    make_folder(directory_ / uploads_folder);
    make_folder(directory_ / damaged_folder);
}

fs::path BlobDirectory::blob_path(const std::string& sha256) const { return directory_ / sha256.substr(0, 2) / sha256; }

fs::path BlobDirectory::upload_path(const std::string& sha256, const std::string& upload) const {
    constexpr std::size_t name_bytes_max = 100;
    const bool good = !upload.empty() && upload.size() <= name_bytes_max &&
                      std::all_of(upload.begin(), upload.end(),
                                  [](unsigned char c) { return (c < 0x80 && std::isalnum(c)) || c == '-'; });
    if (!good) throw Error(Errc::invalid_argument, "\"" + upload.substr(0, 80) + "\" cannot name an upload");
    return directory_ / uploads_folder / (sha256 + "." + upload);
}

Fd BlobDirectory::lock_shard(const std::string& sha256, bool make) const {
    const fs::path shard = blob_path(sha256).parent_path();
    if (make) make_folder(shard);
    Fd folder(::open(shard.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder && errno == ENOENT) return folder;
    if (!folder) throw system_error(errno, "cannot open " + quoted(shard));
    while (::flock(folder.get(), LOCK_EX) != 0)
        if (errno != EINTR) throw system_error(errno, "cannot lock " + quoted(shard));
    return folder;
}

bool BlobDirectory::has(const std::string& sha256) {
    require_digest(sha256);
    const Fd lock = lock_shard(sha256, false);
    const fs::path path = blob_path(sha256);
    if (!lock || !facts_of(path)) return false;
    set_modified(path, clock_.now());
    return true;
}

void BlobDirectory::claim_space(const fs::path& upload, std::uint64_t bytes) {
    auto claims = claims_.lock();
    std::erase_if(*claims, [&](const auto& claim) { return claim.second.at + claim_time < clock_.now(); });
    std::uint64_t others = 0;
    for (const auto& [other, claim] : *claims)
        if (other != upload) others += claim.bytes;
    const DiskSpace disk = look_at_disk_(directory_);
    const std::uint64_t left = std::min(space_left_max, disk.total / space_left_part);
    if (bytes > 0 && disk.free < bytes + others + left)
        throw Error(Errc::resource_exhausted,
                    "no room on the disk of " + quoted(directory_) + ": " + bytes_text(bytes) +
                        (others > 0 ? " and " + bytes_text(others) + " of other uploads" : "") + " are needed beside " +
                        bytes_text(left) + " that stay free, and " + bytes_text(disk.free) + " are free")
            .with_hint(room_hint);
    (*claims)[upload] = {bytes, clock_.now()};
}

void BlobDirectory::set_claim(const fs::path& upload, std::uint64_t bytes) {
    auto claims = claims_.lock();
    claims->erase(upload);
    if (bytes > 0) (*claims)[upload] = {bytes, clock_.now()};
}

BlobStore::Progress BlobDirectory::put(const std::string& sha256, const std::string& upload, std::uint64_t offset,
                                       std::uint64_t size, std::string_view piece) {
    require_digest(sha256);
    const fs::path path = upload_path(sha256, upload);
    Fd file;
    do {
        if (has(sha256)) {
            ::unlink(path.c_str());
            set_claim(path, 0);
            return {size, true};
        }
        file = open_upload(path);
    } while (!file);
    std::uint64_t have = facts_of(path).value_or(FileFacts{}).size;
    if (have > size) {  // of another size once, so not of this
        if (::ftruncate(file.get(), 0) != 0) throw disk_error(errno, "cannot write " + quoted(path));
        have = 0;
    }
    const std::uint64_t had = have;
    try {
        if (offset == have && piece.size() <= size - have) {
            claim_space(path, size - have);
            write_at(file, path, have, piece);
            have += piece.size();
            set_modified(path, clock_.now());
        }
        if (have == size && ::fsync(file.get()) != 0)
            throw disk_error(errno, "cannot write " + quoted(path) + " to disk");
    } catch (const Error& error) {
        set_claim(path, 0);
        // On a full disk nobody can go on, and the upload must not be what fills it. Else the next try begins where
        // this one did.
        const bool goes_on = error.code() != Errc::resource_exhausted;
        if (!goes_on || ::ftruncate(file.get(), static_cast<off_t>(had)) != 0) ::unlink(path.c_str());
        throw;
    }
    set_claim(path, size - have);
    if (have < size) return {have, false};
    complete(sha256, path);
    return {size, true};
}

/// Gives a whole upload its name.
void BlobDirectory::complete(const std::string& sha256, const fs::path& upload) {
    if (sha256_of_file(upload) != sha256) {
        ::unlink(upload.c_str());
        throw Error(Errc::invalid_argument, "the bytes sent as blob " + sha256 + " are others")
            .with_hint("They changed while they were sent; send them again from the start.");
    }
    const Fd lock = lock_shard(sha256, true);
    if (::rename(upload.c_str(), blob_path(sha256).c_str()) != 0) throw disk_error(errno, "cannot name blob " + sha256);
    sync_folder(blob_path(sha256).parent_path());
}

void BlobDirectory::verify(const std::string& sha256) {
    if (verified_.lock()->count(sha256)) return;
    const fs::path path = blob_path(sha256);
    if (sha256_of_file(path) != sha256) {
        ::rename(path.c_str(), (directory_ / damaged_folder / sha256).c_str());
        throw Error(Errc::data_loss, "blob " + sha256 + " is damaged on disk")
            .with_hint("Check the disk; what is left of it is in " + quoted(directory_ / damaged_folder) + ".");
    }
    auto verified = verified_.lock();
    if (verified->size() >= verified_max) verified->clear();
    verified->insert(sha256);
}

std::string BlobDirectory::read(const std::string& sha256, std::uint64_t offset, std::size_t length) {
    require_digest(sha256);
    if (offset == 0) verified_.lock()->erase(sha256);  // whoever reads all of it has all of it checked
    const fs::path path = blob_path(sha256);
    if (!facts_of(path)) {
        if (facts_of(directory_ / damaged_folder / sha256))
            throw Error(Errc::data_loss, "blob " + sha256 + " was found damaged on disk");
        throw Error(Errc::not_found, "there is no blob " + sha256);
    }
    verify(sha256);
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw system_error(errno, "cannot read " + quoted(path));
    const std::uint64_t size = facts_of(path).value_or(FileFacts{}).size;
    std::string bytes(static_cast<std::size_t>(offset < size ? std::min<std::uint64_t>(length, size - offset) : 0), 0);
    for (std::size_t have = 0; have < bytes.size();) {
        const ssize_t count =
            ::pread(file.get(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(offset + have));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read " + quoted(path));
        if (count == 0) throw Error(Errc::data_loss, "blob " + sha256 + " became shorter");
        have += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::optional<std::uint64_t> BlobDirectory::size_of(const std::string& sha256) {
    require_digest(sha256);
    const auto facts = facts_of(blob_path(sha256));
    return facts ? std::optional<std::uint64_t>(facts->size) : std::nullopt;
}

std::vector<BlobStore::Entry> BlobDirectory::list() {
    std::vector<Entry> entries;
    for (const auto& shard : fs::directory_iterator(directory_)) {
        if (shard.path().filename().string().size() != 2 || !shard.is_directory()) continue;
        for (const auto& file : fs::directory_iterator(shard.path())) {
            const std::string name = file.path().filename();
            const auto facts = is_sha256(name) ? facts_of(file.path()) : std::nullopt;
            if (facts) entries.push_back({name, facts->size, facts->modified});
        }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.sha256 < b.sha256; });
    return entries;
}

bool BlobDirectory::remove(const std::string& sha256, TimePoint not_used_since) {
    require_digest(sha256);
    const Fd lock = lock_shard(sha256, false);
    const fs::path path = blob_path(sha256);
    const auto facts = lock ? facts_of(path) : std::nullopt;
    if (!facts || facts->modified > not_used_since) return false;
    if (::unlink(path.c_str()) != 0) throw system_error(errno, "cannot remove " + quoted(path));
    return true;
}

void BlobDirectory::remove_uploads(TimePoint not_used_since) {
    for (const char* folder : {uploads_folder, damaged_folder})
        for (const auto& file : fs::directory_iterator(directory_ / folder)) {
            // What is damaged is for people to look at; a day of theirs is longer than an upload's hour.
            const TimePoint limit =
                folder == damaged_folder ? not_used_since - std::chrono::hours(24 * 30) : not_used_since;
            const auto facts = facts_of(file.path());
            if (facts && facts->modified < limit) ::unlink(file.path().c_str());
        }
}

}
