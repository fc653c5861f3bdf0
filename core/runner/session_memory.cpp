#include "runner/session_memory.hpp"

#include <base/file.hpp>
#include <murmur/error.hpp>

namespace murmur::runner {

SessionMemory::SessionMemory(std::filesystem::path file, std::string session_id)
    : file_(std::move(file)), session_id_(std::move(session_id)) {
    if (!std::filesystem::exists(file_)) return;
    try {
        const json::value value = parse_json(read_file(file_), file_.string());
        const FieldReader fields(value.as_object(), "session");
        if (fields.get_string("session_id") != session_id_) return;
        turn_ = fields.get_int("turn", 0);
        if (const json::object* checkpoint = fields.find_object("checkpoint")) checkpoint_ = *checkpoint;
    } catch (const std::exception&) {
        // What murmurd knows is used then.
        checkpoint_ = {};
    }
}

void SessionMemory::keep_checkpoint(const json::object& checkpoint) {
    checkpoint_ = checkpoint;
    write();
}

void SessionMemory::keep_turn(std::int64_t turn) {
    turn_ = turn;
    write();
}

void SessionMemory::write() const {
    const json::object content = {{"sessionId", session_id_}, {"turn", turn_}, {"checkpoint", checkpoint_}};
    try {
        write_file_atomically(file_, json::serialize(content) + "\n", 0600);
    } catch (const Error&) {
        // On a full disk the session goes on. An old file would be taken for the truth, so rather none: murmurd is told
        // of every checkpoint as well.
        std::error_code missing;
        std::filesystem::remove(file_, missing);
    }
}

}
