#include "secrets/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "crypto/cipher.hpp"

namespace murmur {

namespace {

constexpr std::string_view first_line = "murmur secret keys 1";
constexpr std::string_view last_line = "end";
constexpr std::size_t id_digits = 16;
constexpr std::size_t file_bytes_max = 1 << 20;  // ten thousand keys

std::string id_of_key(std::string_view key) {
    return to_hex(hmac_sha256(key, "murmur master key id v1")).substr(0, id_digits);
}

Error damaged_key_file(const std::filesystem::path& file, const std::string& why) {
    return Error(Errc::data_loss, "key file \"" + file.string() + "\" is damaged: " + why)
        .with_hint("Restore it from a backup; without it no stored secret can be opened.");
}

void require_private(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) throw system_error(errno, "cannot read \"" + file.string() + "\"");
    if (!S_ISREG(status.st_mode)) throw Error(Errc::invalid_argument, "\"" + file.string() + "\" is not a file");
    if (status.st_mode & 0077)
        throw Error(Errc::permission_denied, "others may use the key file \"" + file.string() + "\"")
            .with_hint("Run chmod 600 " + file.string() + "; if others could read it, rotate the keys.");
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        throw Error(Errc::permission_denied, "the key file \"" + file.string() + "\" belongs to another user");
}

}

const KeyFile::Key* KeyFile::find(const std::string& id) const {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.id == id; });
    return found == keys.end() ? nullptr : &*found;
}

void KeyFile::add_new_key() {
    Secret key = make_cipher_key();
    std::string id = id_of_key(key.reveal());
    keys.push_back({std::move(id), std::move(key)});
}

KeyFile read_key_file(const std::filesystem::path& file) {
    require_private(file);
    const Secret text(read_file(file, file_bytes_max));
    std::string_view rest = text.reveal();
    const auto next_line = [&] {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) throw damaged_key_file(file, "it was cut short");
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return line;
    };
    if (next_line() != first_line) throw damaged_key_file(file, "it does not begin as a key file");
    KeyFile out;
    for (std::string_view line = next_line(); line != last_line; line = next_line()) {
        const std::string number = std::to_string(out.keys.size() + 1);
        if (line.size() != id_digits + 1 + 2 * cipher_key_bytes || line[id_digits] != ' ')
            throw damaged_key_file(file, "key " + number + " is not complete");
        Secret key(from_hex(line.substr(id_digits + 1)).value_or(""));
        std::string id(line.substr(0, id_digits));
        if (id_of_key(key.reveal()) != id) throw damaged_key_file(file, "key " + number + " does not fit its id");
        out.keys.push_back({std::move(id), std::move(key)});
    }
    if (out.keys.empty()) throw damaged_key_file(file, "there is no key in it");
    return out;
}

void write_key_file(const std::filesystem::path& file, const KeyFile& keys) {
    std::string text;
    text.reserve(first_line.size() + last_line.size() + 2 + keys.keys.size() * (id_digits + 2 + 2 * cipher_key_bytes));
    text.append(first_line).append("\n");
    for (const KeyFile::Key& key : keys.keys) {
        const Secret digits(to_hex(key.key.reveal()));
        text.append(key.id).append(" ").append(digits.reveal()).append("\n");
    }
    text.append(last_line).append("\n");
    const Secret content(std::move(text));
    write_file_atomically(file, content.reveal(), 0600);
}

}
