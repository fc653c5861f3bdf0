#include "cli/plugin_text.hpp"

#include <murmur/error.hpp>

#include "cli/answer_fields.hpp"
#include "cli/program_output.hpp"
#include "cli/terminal_text.hpp"
#include "client/daemon_start.hpp"

namespace murmur {

namespace {

std::string provides_text(const json::object& plugin) {
    std::string text;
    for (const json::value& one : answer_list(plugin, "provides"))
        if (one.is_string()) text += (text.empty() ? "" : " ") + std::string(one.get_string());
    return as_one_line(text);
}

std::string dash_if_empty(const std::string& text) { return text.empty() ? "-" : as_one_line(text); }

}

std::string plugin_table(const json::array& plugins, const Out& out) {
    Table table({"NAME", "VERSION", "STATE", "PROVIDES", "FILE"});
    std::string reasons;
    for (const json::value& value : plugins) {
        if (!value.is_object()) continue;
        const json::object& plugin = value.get_object();
        table.add({dash_if_empty(answer_text(plugin, "name")), dash_if_empty(answer_text(plugin, "version")),
                   dash_if_empty(answer_text(plugin, "state")), dash_if_empty(provides_text(plugin)),
                   dash_if_empty(answer_text(plugin, "file"))});
        if (answer_text(plugin, "reason").empty()) continue;
        reasons += "\n" + as_one_line(answer_text(plugin, "file")) + " is " + answer_text(plugin, "state") + ": " +
                   as_one_line(answer_text(plugin, "reason")) + "\n";
        if (const std::string hint = answer_text(plugin, "hint"); !hint.empty())
            reasons += "hint: " + as_one_line(hint) + "\n";
    }
    if (table.is_empty()) return {};
    return table.render([&](std::size_t column, const std::string& cell) {
        if (column != 2) return cell;
        return out.paint(cell == "loaded"    ? Out::Style::green
                         : cell == "refused" ? Out::Style::red
                                             : Out::Style::dim,
                         cell);
    }) + reasons;
}

std::string plugin_details(const json::object& plugin) {
    std::string text;
    const auto add = [&](const std::string& key, const std::string& value) {
        if (!value.empty()) text += key + ":" + std::string(13 - key.size(), ' ') + as_one_line(value) + "\n";
    };
    add("name", answer_text(plugin, "name"));
    add("version", answer_text(plugin, "version"));
    add("description", answer_text(plugin, "description"));
    add("license", answer_text(plugin, "license"));
    add("provides", provides_text(plugin));
    add("state", answer_text(plugin, "state"));
    add("reason", answer_text(plugin, "reason"));
    add("hint", answer_text(plugin, "hint"));
    add("file", answer_text(plugin, "file"));
    add("sha256", answer_text(plugin, "sha256"));
    return text;
}

json::object ask_murmurd(const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = {find_murmurd().string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const ProgramOutput answer = run_program(argv);
    if (answer.exit_status != 0)
        throw Error(Errc::unknown,
                    "murmurd " + arguments[0] + " ended with exit status " + std::to_string(answer.exit_status));
    json::value value = parse_json(answer.output, "murmurd's answer");
    if (!value.is_object()) throw Error(Errc::data_loss, "murmurd's answer is not a JSON object");
    return std::move(value.get_object());
}

}
