#include "daemon/daemon_options.hpp"

#include <charconv>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

namespace murmur {

const char* daemon_usage() {
    return "usage: murmurd [flags]\n"
           "\n"
           "The control plane: keeps agents, finds them machines, and records what they do. `murmur` starts it by "
           "itself.\n"
           "\n"
           "  --foreground           stay in the foreground and log to stderr\n"
           "  --config FILE          operator configuration (default: $MURMURD_CONFIG, ~/.config/murmur/murmurd.yaml,\n"
           "                         /etc/murmur/murmurd.yaml)\n"
           "  --state-dir DIR        what must last (default: $MURMUR_STATE_DIR, ~/.local/state/murmur)\n"
           "  --runtime-dir DIR      the socket's folder (default: $MURMUR_RUNTIME_DIR, $XDG_RUNTIME_DIR/murmur)\n"
           "  --plugin-dir DIR       look for plugins here first; may be repeated\n"
           "  --list-plugins         print every plugin found, as JSON, and exit\n"
           "  --inspect-plugin FILE  print what a plugin file says about itself, as JSON, and exit\n"
           "  --add-secret-key       add a new master key to the key file of secrets, and exit; what older ones have\n"
           "                         wrapped moves over when murmurd starts, or with: murmur secret rotate-key "
           "--rewrap\n"
           "  --ready-fd N           write \"ready\" to this descriptor once it serves, or the error\n"
           "  --version              print the version and exit\n"
           "  --help                 print this and exit\n"
           "\n"
           "SIGTERM ends it in good order; agents go on and are found again. SIGHUP reads the configuration anew (log "
           "level)\n"
           "and reopens the log.\n";
}

DaemonOptions parse_daemon_options(int argc, char** argv) {
    static const std::vector<std::string> known{"--foreground", "--config",       "--state-dir",      "--runtime-dir",
                                                "--plugin-dir", "--list-plugins", "--inspect-plugin", "--ready-fd",
                                                "--version",    "--help",         "--add-secret-key"};
    DaemonOptions options;
    for (int i = 1; i < argc; ++i) {
        std::string flag = argv[i];
        std::string value;
        const std::size_t equals = flag.find('=');
        const bool has_value = equals != std::string::npos;
        if (has_value) {
            value = flag.substr(equals + 1);
            flag.resize(equals);
        }
        const auto take = [&]() -> std::string {
            if (has_value) return value;
            if (i + 1 >= argc) throw Error(Errc::invalid_argument, "flag " + flag + " needs a value");
            return argv[++i];
        };
        if (flag == "--foreground")
            options.foreground = true;
        else if (flag == "--config")
            options.config = std::filesystem::absolute(take());
        else if (flag == "--state-dir")
            options.state_dir = std::filesystem::absolute(take());
        else if (flag == "--runtime-dir")
            options.runtime_dir = std::filesystem::absolute(take());
        else if (flag == "--plugin-dir")
            options.plugin_dirs.push_back(std::filesystem::absolute(take()));
        else if (flag == "--inspect-plugin")
            options.inspect_plugin = std::filesystem::absolute(take());
        else if (flag == "--list-plugins")
            options.list_plugins = true;
        else if (flag == "--add-secret-key")
            options.add_secret_key = true;
        else if (flag == "--version")
            options.version = true;
        else if (flag == "--help" || flag == "-h")
            options.help = true;
        else if (flag == "--ready-fd") {
            const std::string number = take();
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.ready_fd);
            if (error != std::errc() || end != number.data() + number.size() || options.ready_fd < 0)
                throw Error(Errc::invalid_argument,
                            "--ready-fd needs the number of an open descriptor, not \"" + number + "\"");
        } else {
            const std::string nearest = did_you_mean(flag, known);
            throw Error(Errc::invalid_argument, "unknown argument \"" + std::string(argv[i]) + "\"")
                .with_hint(nearest.empty() ? "See murmurd --help." : nearest);
        }
    }
    return options;
}

}
