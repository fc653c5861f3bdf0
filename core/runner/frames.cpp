#include "runner/frames.hpp"

namespace murmur::runner {

namespace {

const json::object& frame_object(const json::value& value, const std::string& path) {
    if (const json::object* object = value.if_object()) return *object;
    throw Error(Errc::invalid_argument, path + " must be an object");
}

std::vector<UserMessage> parse_messages(const FieldReader& reader) {
    std::vector<UserMessage> out;
    if (const json::array* list = reader.find_array("messages"))
        for (const json::value& entry : *list) {
            const FieldReader message(frame_object(entry, "messages"), "messages");
            out.push_back({message.get_string("id", ""), message.get_string("text", "")});
        }
    return out;
}

json::object object_or_empty(const FieldReader& reader, std::string_view name) {
    const json::object* found = reader.find_object(name);
    return found ? *found : json::object{};
}

std::vector<RepoAssignment> parse_repos(const FieldReader& reader) {
    std::vector<RepoAssignment> out;
    if (const json::array* repos = reader.find_array("repos"))
        for (const json::value& entry : *repos) {
            const FieldReader repo(frame_object(entry, "repos"), "repos");
            out.push_back({repo.get_string("clone_url"), repo.get_string("base_branch", ""),
                           repo.get_string("branch", ""), repo.get_string("conflict_resolution", "")});
        }
    return out;
}

StopCommand parse_stop(const FieldReader& reader) {
    return {reader.get_string("reason", ""), reader.get_bool("hurry", false), reader.get_bool("discard", false)};
}

Assignment parse_assignment(const json::object& object) {
    const FieldReader reader(object, "assignment");
    Assignment out;
    out.workflow_id = reader.get_string("workflow_id", "");
    out.slug = reader.get_string("slug");
    out.workspace = reader.get_string("workspace", "");
    out.account = reader.get_string("account", "");
    out.backend = reader.get_string("backend");
    out.backend_settings = object_or_empty(reader, "backend_settings");
    out.model = reader.get_string("model", "");
    out.reasoning_effort = reader.get_string("reasoning_effort", "");
    out.append_system_prompt = reader.get_string("append_system_prompt", "");
    out.session_id = reader.get_string("session_id", "");
    out.messages = parse_messages(reader);
    out.git_name = reader.get_string("git_name", "");
    out.git_email = reader.get_string("git_email", "");
    out.expected_output = reader.get_string("expected_output", "");
    out.plugin_dirs = reader.get_strings("plugin_dirs");
    out.checkpoint = object_or_empty(reader, "checkpoint");
    if (const json::object* environment = reader.find_object("environment")) {
        const FieldReader variables(*environment, "assignment.environment");
        for (const auto& entry : *environment) out.environment[entry.key()] = variables.get_string(entry.key());
    }
    std::vector<Secret> secrets;
    for (const std::string& name : reader.get_strings("secret_environment"))
        if (const auto found = out.environment.find(name); found != out.environment.end())
            secrets.emplace_back(found->second);
    out.redactor = std::make_shared<const Redactor>(secrets);
    out.repos = parse_repos(reader);
    out.tools = reader.get_strings("tools");
    out.disallowed_tools = reader.get_strings("disallowed_tools");
    out.max_turns = reader.get_int("max_turns", 0);
    out.session_mode = reader.get_string("session_mode", "autonomous");
    if (const json::object* restore = reader.find_object("restore")) out.restore = *restore;
    out.fork = reader.get_bool("fork", false);
    out.rescue = reader.get_bool("rescue", false);
    out.base_check_interval =
        std::chrono::milliseconds(reader.get_int("base_check_interval_ms", out.base_check_interval.count()));
    return out;
}
RunnerCommand parse_command(const json::object& object) {
    const FieldReader reader(object, "command");
    RunnerCommand out{.seq = reader.get_int("seq")};
    if (const json::object* assignment = reader.find_object("assignment"))
        out.assignment = parse_assignment(*assignment);
    if (const json::object* messages = reader.find_object("messages")) {
        const FieldReader fields(*messages, "messages");
        out.messages = parse_messages(fields);
        out.mid_turn = fields.get_bool("mid_turn", false);
    }
    out.interrupt = reader.find_object("interrupt") != nullptr;
    if (const json::object* stop = reader.find_object("stop")) out.stop = parse_stop(FieldReader(*stop, "stop"));
    if (const json::object* assess = reader.find_object("assess")) {
        const FieldReader fields(*assess, "assess");
        out.assess = AssessCommand{fields.get_int("round", 0), fields.get_string("prompt")};
    }
    if (const json::object* settings = reader.find_object("settings"))
        out.settings = parse_repos(FieldReader(*settings, "settings"));
    return out;
}

}

DownFrame parse_down_frame(std::string_view text) {
    const json::value value = parse_json(text, "frame");
    const json::object& object = frame_object(value, "frame");
    const FieldReader reader(object, "frame");
    DownFrame out;
    out.up_ack = reader.get_int("up_ack", 0);
    if (const json::object* welcome = reader.find_object("welcome")) {
        const FieldReader fields(*welcome, "welcome");
        out.welcome = Welcome{fields.get_int("up_ack", 0), fields.get_int("lease_ms", 0)};
    }
    if (const json::object* fenced = reader.find_object("fenced"))
        out.fenced = FieldReader(*fenced, "fenced").get_string("reason", "");
    if (const json::object* command = reader.find_object("command")) out.command = parse_command(*command);
    return out;
}

std::string hello_frame(const Hello& hello, std::int64_t down_ack) {
    json::object fields = {{"machineId", hello.machine_id},
                           {"incarnation", hello.incarnation},
                           {"runnerId", hello.runner_id},
                           {"pid", hello.pid},
                           {"version", hello.version}};
    json::object frame = {{"hello", std::move(fields)}};
    if (down_ack > 0) frame["downAck"] = down_ack;
    return json::serialize(frame);
}

}
