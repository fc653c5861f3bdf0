#include "local_settings.hpp"

#include <filesystem>
#include <optional>

#include "murmur/error.hpp"

namespace murmur::local {

namespace {

// Each machine is a runner and a coding CLI: about 300 MiB. More than this on one computer is a mistake, not a plan.
constexpr std::int64_t machines_max_default = 512;
// Long enough for a runner to commit and push what it has, short enough for somebody who waits for `murmur kill`.
constexpr std::string_view stop_grace_default = "5s";

Isolation parse_isolation(std::string_view text, std::string_view what) {
    if (text == "none") return Isolation::none;
    if (text == "bubblewrap") return Isolation::bubblewrap;
    throw Error(Errc::invalid_argument, std::string(what) + " is \"" + std::string(text) + "\"")
        .with_hint("Set it to \"none\" or \"bubblewrap\".");
}

void add_writable_paths(std::vector<std::string>& to, const std::vector<std::string>& paths, std::string_view what) {
    for (const std::string& path : paths) {
        if (!std::filesystem::path(path).is_absolute())
            throw Error(Errc::invalid_argument, std::string(what) + " holds \"" + path + "\", which is not absolute")
                .with_hint("Write the whole path, beginning with \"/\".");
        to.push_back(path);
    }
}

std::int64_t get_in_range(const PluginSettings& settings, std::string_view name, std::int64_t least,
                          std::int64_t most) {
    const std::int64_t value = settings.get_int(name);
    if (value < least || value > most)
        throw Error(Errc::invalid_argument, "plugins.local." + std::string(name) + " is " + std::to_string(value))
            .with_hint("Give a number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    return value;
}

}

std::string_view isolation_name(Isolation isolation) {
    return isolation == Isolation::bubblewrap ? "bubblewrap" : "none";
}

SettingsTable local_settings_table() {
    return {
        {.name = "isolation",
         .type = SettingType::string,
         .default_value = "none",
         .help = "What keeps a machine from the rest of this computer: \"none\", or \"bubblewrap\" (needs bwrap)."},
        {.name = "writable",
         .type = SettingType::string_list,
         .default_value = json::array(),
         .help = "Absolute paths that machines under bubblewrap may change besides their own directory."},
        {.name = "stop_grace",
         .type = SettingType::duration,
         .default_value = json::string(stop_grace_default),
         .help = "How long a runner may take to save its work after SIGTERM before everything is killed."},
        {.name = "max_machines",
         .type = SettingType::integer,
         .default_value = machines_max_default,
         .help = "How many machines may exist at once."},
        {.name = "nice",
         .type = SettingType::integer,
         .default_value = std::int64_t{0},
         .help = "The scheduling niceness of machines, from -20 to 19; below murmurd's own it needs rights."},
    };
}

LocalSettings read_local_settings(const PluginSettings& settings) {
    LocalSettings read;
    read.isolation = parse_isolation(settings.get_string("isolation"), "plugins.local.isolation");
    add_writable_paths(read.writable, settings.get_strings("writable"), "plugins.local.writable");
    read.stop_grace = settings.get_duration("stop_grace");
    read.machines_max = get_in_range(settings, "max_machines", 1, 1'000'000);
    read.nice = static_cast<int>(get_in_range(settings, "nice", -20, 19));
    return read;
}

LocalSettings apply_shape(LocalSettings settings, const json::object& shape) {
    const FieldReader reader(shape, "local");
    // Machine, disk and image are this computer, whatever the catalog says of them.
    reader.reject_unknown({"isolation", "writable", "machine", "disk", "disk_size_gb", "image"});
    if (reader.has("isolation"))
        settings.isolation = parse_isolation(reader.get_string("isolation"), reader.path_of("isolation"));
    add_writable_paths(settings.writable, reader.get_strings("writable"), reader.path_of("writable"));
    return settings;
}

}
