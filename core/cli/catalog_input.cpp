#include "cli/catalog_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/file.hpp"
#include "base/utf8.hpp"

namespace murmur {

namespace {

/// Everything up to the end, in memory that does not move. `what` names it in complaints.
std::string read_to_end(int file, const std::string& what) {
    std::string bytes;
    bytes.reserve(resource_bytes_max + 1);
    std::array<char, 65536> piece;
    for (;;) {
        const ssize_t count = ::read(file, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read " + what);
        if (count == 0) break;
        if (bytes.size() + static_cast<std::size_t>(count) > resource_bytes_max)
            throw Error(Errc::resource_exhausted, what + " is longer than 1 MiB, the most that a resource may have")
                .with_hint("Was the wrong file named? Long scripts and data belong into a repository.");
        bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
    ::explicit_bzero(piece.data(), piece.size());
    return bytes;
}

void check_utf8(std::string_view text, const std::string& what) {
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_sequence_length(text.substr(at));
        if (length == 0)
            throw Error(Errc::invalid_argument, what + " is not UTF-8 text (line " + std::to_string(line) + ")")
                .with_hint("Save it as UTF-8; binary data cannot be stored in a resource.");
        if (text[at] == '\n') ++line;
        at += length;
    }
}

Secret checked(std::string bytes, const std::string& what) {
    Secret text(std::move(bytes));
    check_utf8(text.reveal(), what);
    return text;
}

void add_change(json::array& changes, const std::string& path, std::string_view value, bool is_text) {
    json::object& change = changes.emplace_back(nullptr).emplace_object();
    change["path"].emplace_string() = path;
    change["value"].emplace_string() = value;
    if (is_text) change["isText"] = true;
}

}

Secret read_resource_file(const std::string& path) {
    const std::string what = "\"" + path + "\"";
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw system_error(errno, "cannot read " + what);
    struct stat status {};
    if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode))
        throw Error(Errc::invalid_argument, what + " is a folder")
            .with_hint("Whole folders are for: murmur apply -f DIR");
    return checked(read_to_end(file.get(), what), what);
}

Secret read_resource_stdin(Out& out, const std::string& expected) {
    if (::isatty(STDIN_FILENO) != 0)
        out.note("Type " + expected + ", then Ctrl-D on a line of its own (Ctrl-C gives up).\n");
    return checked(read_to_end(STDIN_FILENO, "standard input"), "standard input");
}

Assignment parse_assignment(const std::string& flag, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && equals > 0) return {text.substr(0, equals), text.substr(equals + 1)};
    throw usage_error("--" + flag + " needs a field and, behind a '=', its value")
        .with_hint(flag == "set" ? "For example --set min_idle=4." : "For example --file-field content=reviewer.md.");
}

void add_field_changes(const Arguments& args, json::array& changes) {
    for (const std::string& text : args.list("set")) {
        const Assignment set = parse_assignment("set", text);
        check_utf8(set.value, "the value of " + set.path);
        add_change(changes, set.path, set.value, false);
    }
    for (const std::string& text : args.list("file-field")) {
        const Assignment file = parse_assignment("file-field", text);
        add_change(changes, file.path, read_resource_file(file.value).reveal(), true);
    }
}

std::optional<std::int64_t> expected_generation(const Arguments& args) {
    if (!args.has("generation")) return std::nullopt;
    const std::string text = args.get("generation");
    std::int64_t number = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || number < 0)
        throw usage_error("--generation takes a whole number, not \"" + text + "\"")
            .with_hint("murmur describe KIND NAME shows the one that a resource is at.");
    return number;
}

FlagSpec file_field_flag() {
    return {.name = "file-field",
            .kind = FlagSpec::Kind::list,
            .value = "FIELD=FILE",
            .help = "Take the text of this field from a file: provisioning_script=setup.sh"};
}

FlagSpec generation_flag() {
    return {.name = "generation",
            .kind = FlagSpec::Kind::text,
            .value = "N",
            .help = "Only if it is still at this generation; 0: only if there is none"};
}

}
