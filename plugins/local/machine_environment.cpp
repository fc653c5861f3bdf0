#include "machine_environment.hpp"

#include <unistd.h>

#include <string_view>

#include "process_tree.hpp"

namespace murmur::local {

namespace {

/// Of murmurd's own variables; the others tell where it is itself a client. What the runner gives on to the coding CLI
/// is its own choice: the token is not among it.
bool is_for_runners(std::string_view name) {
    return name == "MURMUR_RUNTIME_DIR" || name == "MURMUR_STATE_DIR" || name == "MURMUR_GIT_TOKEN";
}

}

std::vector<std::string> make_machine_environment(const std::string& id, const std::filesystem::path& directory,
                                                  const std::map<std::string, std::string>& added) {
    std::map<std::string, std::string> variables;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        const std::string name(text.substr(0, equals));
        if (name.starts_with("MURMUR") && !is_for_runners(name)) continue;
        variables[name] = text.substr(equals + 1);
    }
    for (const auto& [name, value] : added) variables[name] = value;
    variables["MURMUR_MACHINE"] = id;
    variables[std::string(marker_variable)] = directory.native();
    // The shell's idea of where it stands; it would be the daemon's.
    variables["PWD"] = directory.native();
    variables.erase("OLDPWD");
    std::vector<std::string> environment;
    environment.reserve(variables.size());
    for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
    return environment;
}

void remove_runner_secrets(std::vector<std::string>& environment) {
    std::erase_if(environment, [](const std::string& entry) {
        return entry.starts_with("MURMUR_GIT_TOKEN=") || entry.starts_with("GH_TOKEN=") ||
               entry.starts_with("GITHUB_TOKEN=");
    });
}

std::string get_variable(const std::vector<std::string>& environment, const std::string& name) {
    const std::string prefix = name + "=";
    for (const std::string& entry : environment)
        if (entry.starts_with(prefix)) return entry.substr(prefix.size());
    return {};
}

}
