#include <gtest/gtest.h>

#include <random>

#include "catalog/resource_text.hpp"

namespace murmur {
namespace {

std::string diff(const std::string& before, const std::string& after) {
    std::string text;
    for (const DiffLine& line : diff_lines(before, after)) text += line.sign + line.text + "\n";
    return text;
}

TEST(TextDiff, ShowsChangesWithTheirSurroundings) {
    EXPECT_EQ(diff("a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\nE\nf\ng\n"), "@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+E\n f\n g\n");
    EXPECT_EQ(diff("a\n", "a\n"), "");
    EXPECT_EQ(diff("", "a\nb\n"), "@@ -1,0 +1,2 @@\n+a\n+b\n");
    EXPECT_EQ(diff("a\nb\n", ""), "@@ -1,2 +1,0 @@\n-a\n-b\n");
    EXPECT_EQ(diff("a\nb", "a\nb\n"), "@@ -1,2 +1,2 @@\n a\n-b\n\\ no newline at the end\n+b\n");
}

TEST(TextDiff, ChangesThatAreFarApartHaveTitlesOfTheirOwn) {
    std::string before, after;
    for (int i = 1; i <= 30; ++i) {
        before += std::to_string(i) + "\n";
        after += (i == 5 || i == 25 ? "new" : std::to_string(i)) + "\n";
    }
    EXPECT_EQ(diff(before, after),
              "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+new\n 6\n 7\n 8\n"
              "@@ -22,7 +22,7 @@\n 22\n 23\n 24\n-25\n+new\n 26\n 27\n 28\n");
}

TEST(TextDiff, IsTheShortest) {
    std::size_t changes = 0;
    for (const DiffLine& line : diff_lines("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n"))
        changes += line.sign == '+' || line.sign == '-' ? 1 : 0;
    EXPECT_EQ(changes, 5u);
}

/// What a patch program would make of the difference.
std::string patched(const std::string& before, const std::vector<DiffLine>& lines) {
    std::vector<std::string> old;
    for (std::size_t at = 0; at < before.size();) {
        const std::size_t end = before.find('\n', at);
        old.push_back(before.substr(at, end - at));
        at = end + 1;
    }
    std::string after;
    std::size_t next = 0;
    for (const DiffLine& line : lines) {
        if (line.sign == '@') {
            const std::size_t first = std::stoul(line.text.substr(3)) - 1;
            while (next < first) after += old[next++] + "\n";
            continue;
        }
        if (line.sign != '+') {
            EXPECT_EQ(old.at(next), line.text);
            ++next;
        }
        if (line.sign != '-') after += line.text + "\n";
    }
    while (next < old.size()) after += old[next++] + "\n";
    return after;
}

TEST(TextDiff, MakesTheOneOfTheOther) {
    std::mt19937 random(7);
    const auto text = [&](std::size_t lines_max) {
        std::string lines;
        for (std::size_t i = random() % (lines_max + 1); i > 0; --i)
            lines += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
        return lines;
    };
    for (int i = 0; i < 500; ++i) {
        const std::string before = text(40), after = text(40);
        EXPECT_EQ(patched(before, diff_lines(before, after)), after);
    }
}

TEST(TextDiff, TextsWithoutAnythingInCommonAreShownWhole) {
    std::string before, after;
    for (int i = 0; i < 5000; ++i) {
        before += "old " + std::to_string(i) + "\n";
        after += "new " + std::to_string(i) + "\n";
    }
    const auto lines = diff_lines(before, after);
    EXPECT_EQ(lines.size(), 10'001u);
    EXPECT_EQ(patched(before, lines), after);
}

}
}
