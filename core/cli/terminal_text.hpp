#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// How many columns the text takes on a terminal: two for wide characters, none for combining ones.
std::size_t display_width(std::string_view text);

/// The text cut to so many columns, with "…" at the end when something was cut off.
std::string cut_to_width(std::string_view text, std::size_t columns);

/// The text without control characters, so that what an agent prints cannot steer the terminal. Line breaks and tabs
/// stay.
std::string without_controls(std::string_view text);

/// As without_controls(), and on one line: line breaks are shown as \n.
std::string as_one_line(std::string_view text);

/// The text in lines of at most so many columns, broken at blanks; a longer word has a line of its own. At least one
/// line.
std::vector<std::string> wrap_to_width(std::string_view text, std::size_t columns);

/// The text with `indent` before each of its lines that is not empty, and a line break at the end.
std::string indented(std::string_view text, std::string_view indent);

/// Rows of cells, aligned by columns that stand two blanks apart. The last column is not padded.
class Table {
public:
    explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool is_empty() const { return rows_.size() == 1; }
    /// The text of the row, with `paint(column, cell)` applied after the widths are known.
    template <class Paint>
    std::string render(Paint paint) const {
        const std::vector<std::size_t> widths = column_widths();
        std::string text;
        for (const auto& row : rows_) {
            std::string line;
            std::size_t blanks = 0;  // before the next cell that is not empty
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (!row[i].empty())
                    line += std::string(blanks, ' ') + (&row == &rows_.front() ? row[i] : paint(i, row[i]));
                const std::size_t rest = widths[i] + 2 - display_width(row[i]);
                blanks = row[i].empty() ? blanks + rest : rest;
            }
            text += line + "\n";
        }
        return text;
    }
    std::string render() const {
        return render([](std::size_t, const std::string& cell) { return cell; });
    }

private:
    std::vector<std::size_t> column_widths() const;
    std::vector<std::vector<std::string>> rows_;
};

}
