#include "machine_record.hpp"

#include "murmur/error.hpp"

namespace murmur::local {

ProcessIdentity MachineRecord::leader_now() const { return boot_id == local::boot_id() ? leader : ProcessIdentity{}; }

std::string fingerprint_life(const std::map<std::string, std::string>& environment) {
    // FNV-1a. 64 bits are too few to find a token by, and far more than the lives of one machine.
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    const auto mix = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
        hash *= 1'099'511'628'211ULL;  // as for a NUL at the end: "ab","c" is not "a","bc"
    };
    for (const auto& [name, value] : environment) {
        mix(name);
        mix(value);
    }
    std::string digits(16, '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4)
        *digit = "0123456789abcdef"[hash & 15];
    return digits;
}

json::object record_to_json(const MachineRecord& record) {
    json::object object;
    object["pid"] = std::int64_t{record.leader.pid};
    object["start_time"] = static_cast<std::int64_t>(record.leader.start_time);
    object["boot_id"] = record.boot_id;
    object["directory"] = record.directory;
    object["isolation"] = isolation_name(record.isolation);
    if (!record.life.empty()) object["life"] = record.life;
    if (!record.writable.empty()) {
        json::array& paths = object["writable"].emplace_array();
        for (const std::string& path : record.writable) paths.emplace_back(path);
    }
    return object;
}

MachineRecord record_from_json(const json::object& object, std::string_view what) {
    const FieldReader reader(object, std::string(what));
    MachineRecord record;
    const std::int64_t pid = reader.get_int("pid");
    const std::int64_t start_time = reader.get_int("start_time");
    // Pid 1 is init and 0 and below mean groups to kill(): no machine ever has them.
    if (pid <= 1 || pid > 4'194'304 || start_time < 0)
        throw Error(Errc::invalid_argument, reader.path_of("pid") + " is not a process of a machine");
    record.leader = {static_cast<pid_t>(pid), static_cast<std::uint64_t>(start_time)};
    record.boot_id = reader.get_string("boot_id");
    record.directory = reader.get_string("directory");
    if (reader.get_string("isolation", "none") == "bubblewrap") record.isolation = Isolation::bubblewrap;
    record.writable = reader.get_strings("writable");
    record.life = reader.get_string("life", "");
    return record;
}

}
