#include <algorithm>
#include <string_view>

#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t diff_context_lines = 3;
// Beyond this many differing lines nobody reads them one by one; the time of the search grows with its square.
constexpr int diff_distance_max = 2000;

/// One step of the way from one text to the other.
struct DiffStep {
    char sign = ' ';
    std::string_view line;
};

std::vector<std::string_view> diff_lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));  // with its newline, whose absence is a difference
        text.remove_prefix(length);
    }
    return lines;
}

using DiffLines = std::vector<std::string_view>;

/// The shortest way by Myers' greedy search: `frontiers[d][k + d]` is the furthest line of `before` that d changes
/// reach on diagonal k. Empty when it takes more than `diff_distance_max`.
std::vector<std::vector<int>> diff_frontiers(const DiffLines& before, const DiffLines& after) {
    const int before_count = static_cast<int>(before.size()), after_count = static_cast<int>(after.size());
    std::vector<std::vector<int>> frontiers;
    for (int changes = 0; changes <= std::min(before_count + after_count, diff_distance_max); ++changes) {
        std::vector<int> frontier(static_cast<std::size_t>(2 * changes + 1), 0);
        for (int diagonal = -changes; diagonal <= changes; diagonal += 2) {
            int x = 0;
            if (changes > 0) {
                const std::vector<int>& last = frontiers.back();
                const auto reached = [&](int k) { return last[static_cast<std::size_t>(k + changes - 1)]; };
                const bool insert =
                    diagonal == -changes || (diagonal != changes && reached(diagonal - 1) < reached(diagonal + 1));
                x = insert ? reached(diagonal + 1) : reached(diagonal - 1) + 1;
            }
            int y = x - diagonal;
            while (x < before_count && y < after_count &&
                   before[static_cast<std::size_t>(x)] == after[static_cast<std::size_t>(y)])
                ++x, ++y;
            frontier[static_cast<std::size_t>(diagonal + changes)] = x;
            if (x >= before_count && y >= after_count) {
                frontiers.push_back(std::move(frontier));
                return frontiers;
            }
        }
        frontiers.push_back(std::move(frontier));
    }
    return {};
}

/// The steps of the way, from its end to its begin.
void trace_diff(const std::vector<std::vector<int>>& frontiers, const DiffLines& before, const DiffLines& after,
                std::vector<DiffStep>& steps) {
    int x = static_cast<int>(before.size()), y = static_cast<int>(after.size());
    for (int changes = static_cast<int>(frontiers.size()) - 1; changes >= 0; --changes) {
        const int diagonal = x - y;
        int from_x = 0, from_y = 0;
        if (changes > 0) {
            const std::vector<int>& last = frontiers[static_cast<std::size_t>(changes - 1)];
            const auto reached = [&](int k) { return last[static_cast<std::size_t>(k + changes - 1)]; };
            const bool insert =
                diagonal == -changes || (diagonal != changes && reached(diagonal - 1) < reached(diagonal + 1));
            const int from = insert ? diagonal + 1 : diagonal - 1;
            from_x = reached(from);
            from_y = from_x - from;
        }
        while (x > from_x && y > from_y) {
            steps.push_back({' ', before[static_cast<std::size_t>(--x)]});
            --y;
        }
        if (changes == 0) break;
        if (x > from_x)
            steps.push_back({'-', before[static_cast<std::size_t>(--x)]});
        else
            steps.push_back({'+', after[static_cast<std::size_t>(--y)]});
    }
}

std::vector<DiffStep> diff_steps(DiffLines before, DiffLines after) {
    std::vector<DiffStep> head, tail;
    std::size_t same = 0;
    while (same < std::min(before.size(), after.size()) && before[same] == after[same])
        head.push_back({' ', before[same++]});
    before.erase(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(same));
    after.erase(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(same));
    while (!before.empty() && !after.empty() && before.back() == after.back()) {
        tail.push_back({' ', before.back()});
        before.pop_back();
        after.pop_back();
    }
    std::vector<DiffStep> middle;
    if (const auto frontiers = diff_frontiers(before, after); !frontiers.empty()) {
        trace_diff(frontiers, before, after, middle);
        std::reverse(middle.begin(), middle.end());
    } else {
        for (const std::string_view line : before) middle.push_back({'-', line});
        for (const std::string_view line : after) middle.push_back({'+', line});
    }
    head.insert(head.end(), middle.begin(), middle.end());
    head.insert(head.end(), tail.rbegin(), tail.rend());
    return head;
}

void append_diff_line(std::vector<DiffLine>& lines, const DiffStep& step) {
    std::string_view text = step.line;
    const bool ends = text.ends_with('\n');
    if (ends) text.remove_suffix(1);
    lines.push_back({step.sign, std::string(text)});
    if (!ends) lines.push_back({'\\', " no newline at the end"});
}

std::string hunk_title(std::size_t before_line, std::size_t before_count, std::size_t after_line,
                       std::size_t after_count) {
    return "@ -" + std::to_string(before_line) + "," + std::to_string(before_count) + " +" +
           std::to_string(after_line) + "," + std::to_string(after_count) + " @@";
}

}

std::vector<DiffLine> diff_lines(const std::string& before, const std::string& after) {
    const std::vector<DiffStep> steps = diff_steps(diff_lines_of(before), diff_lines_of(after));
    std::vector<bool> shown(steps.size(), false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].sign == ' ') continue;
        const std::size_t first = i < diff_context_lines ? 0 : i - diff_context_lines;
        const std::size_t last = std::min(i + diff_context_lines + 1, steps.size());
        std::fill(shown.begin() + static_cast<std::ptrdiff_t>(first), shown.begin() + static_cast<std::ptrdiff_t>(last),
                  true);
    }
    std::vector<DiffLine> lines;
    std::size_t before_line = 1, after_line = 1;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (shown[i] && (i == 0 || !shown[i - 1])) {
            std::size_t before_count = 0, after_count = 0;
            for (std::size_t j = i; j < steps.size() && shown[j]; ++j) {
                before_count += steps[j].sign != '+' ? 1 : 0;
                after_count += steps[j].sign != '-' ? 1 : 0;
            }
            lines.push_back({'@', hunk_title(before_line, before_count, after_line, after_count)});
        }
        if (shown[i]) append_diff_line(lines, steps[i]);
        before_line += steps[i].sign != '+' ? 1 : 0;
        after_line += steps[i].sign != '-' ? 1 : 0;
    }
    return lines;
}

}
