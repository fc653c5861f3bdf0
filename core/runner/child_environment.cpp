#include "runner/child_environment.hpp"

#include <base/paths.hpp>
#include <cstdlib>
#include <filesystem>

#include "runner/child_process.hpp"

namespace murmur::runner {

namespace {

// What a program needs to find its way on this machine; everything else would be a leak from one place to another.
constexpr const char* inherited[] = {"PATH",       "LANG",         "LC_ALL",   "LC_CTYPE",   "USER",
                                     "LOGNAME",    "SHELL",        "TMPDIR",   "TZ",         "SSH_AUTH_SOCK",
                                     "HTTP_PROXY", "HTTPS_PROXY",  "NO_PROXY", "http_proxy", "https_proxy",
                                     "no_proxy",   "SSL_CERT_FILE"};
// How a substrate finds again what belongs to its machine when the runner is no longer there to end it.
constexpr const char* machine_marks[] = {"MURMUR_MACHINE", "MURMUR_MACHINE_DIRECTORY"};
// Where the agent's own murmur finds its murmurd; the token for it comes with the assignment.
constexpr const char* server_variable = "MURMUR_SERVER";
constexpr const char* path_default = "/usr/local/bin:/usr/bin:/bin";

}

std::map<std::string, std::string> child_environment(const Assignment& assignment, const Workspace& workspace) {
    std::map<std::string, std::string> out;
    for (const char* name : inherited)
        if (const char* value = std::getenv(name); value && *value) out[name] = value;
    for (const char* name : machine_marks)
        if (const char* value = std::getenv(name)) out[name] = value;
    if (const char* server = std::getenv(server_variable)) out[server_variable] = server;
    out.try_emplace("PATH", path_default);
    if (std::filesystem::exists(workspace.programs / "murmur"))
        out["PATH"] = workspace.programs.string() + ":" + out["PATH"];
    out.try_emplace("LANG", "C.UTF-8");
    out.try_emplace("USER", user_name());
    out.try_emplace("SHELL", "/bin/sh");
    out["TERM"] = "dumb";
    out["HOME"] = workspace.home;
    out["MURMUR_USER_HOME"] = home_dir();
    out["GIT_AUTHOR_NAME"] = out["GIT_COMMITTER_NAME"] = workspace.identity.name;
    out["GIT_AUTHOR_EMAIL"] = out["GIT_COMMITTER_EMAIL"] = workspace.identity.email;
    out["GIT_TERMINAL_PROMPT"] = "0";  // a question that nobody answers would hang the turn
    out["MURMUR_WORKFLOW_ID"] = assignment.workflow_id;
    out["MURMUR_SLUG"] = assignment.slug;
    out["MURMUR_WORKSPACE"] = assignment.workspace;
    out["MURMUR_BRANCH"] = assignment.repos.empty() ? "" : assignment.repos.front().branch;
    for (const auto& [name, value] : assignment.environment) out[name] = value;
    return out;
}

std::vector<std::string> installed_programs(const std::vector<std::string>& names, const std::string& path) {
    std::vector<std::string> out;
    for (const std::string& name : names)
        if (!find_program(name, path).empty()) out.push_back(name);
    return out;
}

}
