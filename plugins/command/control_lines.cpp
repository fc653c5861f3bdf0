#include "control_lines.hpp"

#include <string>

#include "murmur/error.hpp"

namespace murmur::command_backend {

namespace {

constexpr std::string_view cost_word = "murmur:cost";
constexpr std::string_view done_word = "murmur:done";
constexpr std::string_view begin_word = "murmur:begin";
// A cost that is none would be believed by the budgets.
constexpr double cost_usd_max = 1e6;
constexpr std::int64_t tokens_max = 1'000'000'000'000;

struct TokenField {
    const char* name;
    const char* reported;
};
constexpr TokenField token_fields[] = {{"input_tokens", "inputTokens"},
                                       {"output_tokens", "outputTokens"},
                                       {"cache_read_tokens", "cacheReadTokens"},
                                       {"cache_write_tokens", "cacheWriteTokens"}};

bool begins_with_word(std::string_view line, std::string_view word) {
    return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ');
}

json::object object_after(std::string_view line, std::string_view word) {
    const json::value value = parse_json(line.substr(word.size()), std::string(word));
    if (!value.is_object()) throw Error(Errc::invalid_argument, std::string(word) + " must be followed by an object");
    return value.get_object();
}

SessionEvent parse_cost(std::string_view line) {
    const json::object object = object_after(line, cost_word);
    const FieldReader fields(object, std::string(cost_word));
    fields.reject_unknown(
        {"usd", "estimated", "model", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"});
    SessionEvent event{.kind = SessionEventKind::cost};
    if (const json::value* usd = object.if_contains("usd")) {
        if (!usd->is_number() || usd->to_number<double>() < 0 || !(usd->to_number<double>() <= cost_usd_max))
            throw Error(Errc::invalid_argument, "murmur:cost.usd must be a number of US dollars");
        event.cost_usd = usd->to_number<double>();
        event.cost_estimated = fields.get_bool("estimated", false);
    }
    for (const TokenField& field : token_fields) {
        if (!fields.has(field.name)) continue;
        const std::int64_t count = fields.get_int(field.name);
        if (count < 0 || count > tokens_max)
            throw Error(Errc::invalid_argument, fields.path_of(field.name) + " must be a number of tokens");
        event.data[field.reported] = count;
    }
    if (event.data.empty() && !object.contains("usd"))
        throw Error(Errc::invalid_argument, "murmur:cost names neither usd nor tokens");
    if (const std::string model = fields.get_string("model", ""); !model.empty()) event.data["model"] = model;
    return event;
}

}

bool is_begin_line(std::string_view line) { return begins_with_word(line, begin_word); }

bool is_cost_line(std::string_view line) { return begins_with_word(line, cost_word); }

SessionEvent read_cost_line(std::string_view line) {
    try {
        return parse_cost(line);
    } catch (const Error& error) {
        return {.kind = SessionEventKind::error,
                .text = "a cost that the program told is not counted: " + error.message(),
                .data = {{"hint", "Print a line like: murmur:cost {\"usd\": 0.12}"}}};
    }
}

std::optional<TurnResult> read_done_line(std::string_view line) {
    if (!begins_with_word(line, done_word)) return std::nullopt;
    TurnResult result{.success = true, .stop_reason = "end_turn", .response = ""};
    if (line.find_first_not_of(' ', done_word.size()) == std::string_view::npos) return result;
    try {
        const json::object object = object_after(line, done_word);
        const FieldReader fields(object, std::string(done_word));
        result.success = fields.get_bool("success", true);
        result.stop_reason = fields.get_string("reason", result.success ? "end_turn" : "failed");
    } catch (const Error& error) {
        result.stop_reason = error.message();
    }
    return result;
}

}
