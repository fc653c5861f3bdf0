#include "agents/assessment.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "agents/report_parts.hpp"
#include "agents/task_list.hpp"

namespace murmur {

namespace {

// What the assessor is given of each part. It can look at the work itself.
constexpr std::size_t part_bytes_max = 16 << 10;
constexpr std::string_view keyword = "verdict";

void add_part(std::string& prompt, const std::string& heading, const std::string& text) {
    if (!text.empty()) prompt += "\n" + heading + ":\n" + cut(text, part_bytes_max) + "\n";
}

std::string commits_text(const Agent& agent) {
    std::string text;
    for (const CommitNote& commit : agent.commits)
        text += (text.empty() ? "" : "\n") + commit.sha.substr(0, 10) + " " + commit.subject;
    return text;
}

std::string checklist_text(const Agent& agent) {
    std::string text;
    for (const Task& task : agent.checklist.tasks) {
        if (task.status == TaskStatus::deleted || task.is_dormant) continue;
        text +=
            (text.empty() ? "" : "\n") + task.id + ". [" + task_status_short_name(task.status) + "] " + task.subject;
    }
    return text;
}

/// In lower case, without what decorates it: "**Verdict: Not done.**" gives "verdict: not done.".
std::string plain(std::string_view line) {
    std::string text;
    for (const char c : line)
        if (std::string_view("*#>`_\"'\r").find(c) == std::string_view::npos)
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (c == '_')
            text += ' ';
    const auto is_blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '-'; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_blank));
    return text;
}

bool begins_with_word(std::string_view text, std::string_view word) {
    return text.starts_with(word) &&
           (text.size() == word.size() || std::isalnum(static_cast<unsigned char>(text[word.size()])) == 0);
}

Verdict verdict_of(std::string_view text) {
    for (const std::string_view word : {"not done", "not complete", "not completed", "incomplete", "undone"})
        if (begins_with_word(text, word)) return Verdict::not_done;
    for (const std::string_view word : {"done", "complete", "completed"})
        if (begins_with_word(text, word)) return Verdict::done;
    return Verdict::unreadable;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// The verdict that a line says; with `needs_keyword` only after "VERDICT:".
Verdict read_line(std::string_view line, bool needs_keyword) {
    std::string text = plain(line);
    const bool has_keyword = begins_with_word(text, keyword);
    if (has_keyword) {
        text.erase(0, keyword.size());
        text.erase(0, std::min(text.size(), text.find_first_not_of(" \t:=-")));
    }
    return has_keyword || !needs_keyword ? verdict_of(text) : Verdict::unreadable;
}

}

std::string assessment_prompt(const Agent& agent) {
    std::string prompt =
        "Judge whether another agent has finished its task. Its work is in this directory. Look at whatever you need, "
        "run tests if that helps, and change nothing.\n";
    add_part(prompt, "The task", agent.spec.prompt);
    if (agent.working_on != agent.spec.prompt) add_part(prompt, "What it was told last", agent.working_on);
    add_part(prompt, "What is expected at the end", agent.spec.expected_output);
    add_part(prompt, "Its commits, newest first", commits_text(agent));
    add_part(prompt, "Its checklist", checklist_text(agent));
    add_part(prompt, "Its last words", agent.response);
    prompt +=
        "\nThe first line of your answer is the verdict alone, one of these two:\n"
        "VERDICT: done\n"
        "VERDICT: not done\n"
        "The lines after it say why. If it is not done, say what is missing, in words that the agent can act on.\n";
    return prompt;
}

Assessment parse_assessment(const std::string& answer) {
    bool is_first = true;
    for (std::size_t at = 0; at < answer.size();) {
        const std::size_t end = std::min(answer.find('\n', at), answer.size());
        const std::string_view line = std::string_view(answer).substr(at, end - at);
        at = end + 1;
        if (plain(line).empty()) continue;
        const Verdict verdict = read_line(line, !is_first);
        is_first = false;
        if (verdict == Verdict::unreadable) continue;
        const std::string_view rest = at < answer.size() ? std::string_view(answer).substr(at) : std::string_view();
        // Some say why on the line itself.
        return {verdict, std::string(trimmed(rest).empty() ? trimmed(line) : trimmed(rest))};
    }
    return {Verdict::unreadable, std::string(trimmed(answer))};
}

}
