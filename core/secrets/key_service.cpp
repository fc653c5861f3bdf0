#include "secrets/key_service.hpp"

#include <sys/stat.h>

#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/locked.hpp"
#include "crypto/cipher.hpp"
#include "secrets/key_file.hpp"

namespace murmur {

namespace {

constexpr std::string_view key_prefix = "file:";

/// Which content of the file was read: every change is a new file under the old name.
struct FileVersion {
    dev_t device = 0;
    ino_t number = 0;
    std::int64_t changed_ns = 0;
    auto operator<=>(const FileVersion&) const = default;
};

FileVersion version_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        throw system_error(errno, "cannot read \"" + file.string() + "\"")
            .with_hint("Restore the key file from a backup; without it no stored secret can be opened.");
    return {status.st_dev, status.st_ino, status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec};
}

class FileKeyService final : public KeyService {
public:
    explicit FileKeyService(std::filesystem::path file) : file_(std::move(file)) { keys(); }

    std::string current_key() override { return name_of(keys()->file.newest()); }

    Wrapped wrap(const Secret& data_key, const std::string& context) override {
        auto held = keys();
        const KeyFile::Key& newest = held->file.newest();
        return {seal_text(newest.key, data_key.reveal(), bound_to(context)), name_of(newest)};
    }

    Secret unwrap(const std::string& wrapped, const std::string& key, const std::string& context) override {
        auto held = keys();
        const KeyFile::Key* found =
            key.starts_with(key_prefix) ? held->file.find(key.substr(key_prefix.size())) : nullptr;
        if (!found)
            throw Error(Errc::not_found, "key \"" + key + "\" is not in the key file \"" + file_.string() + "\"")
                .with_hint("Restore the key file that belongs to this state directory from a backup.");
        return open_text(found->key, wrapped, bound_to(context));
    }

private:
    struct State {
        KeyFile file;
        FileVersion version;
    };

    static std::string name_of(const KeyFile::Key& key) { return std::string(key_prefix) + key.id; }
    static std::string bound_to(const std::string& context) { return bind_parts({"murmur data key v1", context}); }

    Locked<State>::Held keys() {
        auto held = state_.lock();
        const FileVersion now = version_of(file_);
        if (held->file.keys.empty() || now != held->version) {
            held->file = read_key_file(file_);
            held->version = now;
        }
        return held;
    }

    const std::filesystem::path file_;
    Locked<State> state_;
};

Fd lock_key_file(const std::filesystem::path& file) {
    std::filesystem::path beside = file;
    beside += ".lock";
    Fd lock = try_lock_file(beside);
    if (!lock)
        throw Error(Errc::unavailable, "another program changes the key file \"" + file.string() + "\"")
            .with_hint("Try again in a moment.");
    return lock;
}

}

std::unique_ptr<KeyService> open_key_file(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) {
        const Fd lock = lock_key_file(file);
        if (!std::filesystem::exists(file)) {
            KeyFile keys;
            keys.add_new_key();
            write_key_file(file, keys);
        }
    }
    return std::make_unique<FileKeyService>(file);
}

void add_key_to_file(const std::filesystem::path& file) {
    const Fd lock = lock_key_file(file);
    KeyFile keys = read_key_file(file);
    keys.add_new_key();
    write_key_file(file, keys);
}

}
