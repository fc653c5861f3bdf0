#include "cli/terminal_text.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(TerminalText, CountsColumnsNotBytes) {
    EXPECT_EQ(display_width("abc"), 3u);
    EXPECT_EQ(display_width("é"), 1u);
    EXPECT_EQ(display_width("e\xCC\x81"), 1u);  // e and a combining accent
    EXPECT_EQ(display_width("日本"), 4u);
    EXPECT_EQ(display_width("🔧"), 2u);
    EXPECT_EQ(display_width("\xFF\xFE"), 2u);  // no UTF-8: a column each
}

TEST(TerminalText, CutsAtWholeCharacters) {
    EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
    EXPECT_EQ(cut_to_width("日本語", 4), "日…");
    EXPECT_EQ(cut_to_width("abc", 0), "");
}

TEST(TerminalText, TakesOutWhatSteersATerminal) {
    EXPECT_EQ(without_controls("a\x1b[31mb\x07\r\x7f\n\tc"), "a[31mb\n\tc");
    EXPECT_EQ(without_controls("a\xC2\x9B"
                               "31mb"),
              "a31mb");  // C1
    EXPECT_EQ(without_controls("a\xE2\x80\xAE"
                               "b"),
              "ab");  // right-to-left override
    EXPECT_EQ(as_one_line("a\nb\tc\x1b"), "a\\nb c");
}

TEST(Table, AlignsByDisplayWidth) {
    Table table({"A", "B", "C"});
    table.add({"日本", "", "x"});
    table.add({"a", "long", ""});
    EXPECT_EQ(table.render(), "A     B     C\n日本        x\na     long\n");
}

TEST(Table, PaintsWithoutChangingTheWidth) {
    Table table({"A", "B"});
    table.add({"x", "y"});
    EXPECT_EQ(table.render([](std::size_t, const std::string& cell) { return "<" + cell + ">"; }), "A  B\n<x>  <y>\n");
}

TEST(TerminalText, WrapsAtBlanks) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(wrap_to_width("one two  three", 7), (Lines{"one two", "three"}));
    EXPECT_EQ(wrap_to_width("a verylongword b", 5), (Lines{"a", "verylongword", "b"}));
    EXPECT_EQ(wrap_to_width("", 5), (Lines{""}));
    EXPECT_EQ(wrap_to_width("日本 語", 4), (Lines{"日本", "語"}));
    EXPECT_EQ(indented("a\n\nb", "  "), "  a\n\n  b\n");
}

}
}
