#include <gtest/gtest.h>

#include "runner/screen_text.hpp"
#include "runner/terminal_control.hpp"

namespace murmur::runner {
namespace {

using Lines = std::vector<std::string>;
using Kind = ControlNote::Kind;

std::vector<ControlNote> notes_of(const Lines& lines) {
    ControlReader reader;
    std::vector<ControlNote> out;
    for (const std::string& line : lines)
        if (auto note = reader.read(line)) out.push_back(std::move(*note));
    return out;
}

TEST(ControlReaderTest, TellsWhatThePaneWroteByteByByte) {
    const auto notes =
        notes_of({"%output %0 a\\033[1mb\\134\\015\\012", "%extended-output %0 12 : c : d", "%output %0 \\08"});
    ASSERT_EQ(notes.size(), 3u);
    EXPECT_EQ(notes[0].text, "a\x1b[1mb\\\r\n");
    EXPECT_EQ(notes[1].text, "c : d");
    EXPECT_EQ(notes[2].text, "\\08") << "no escape";
}

TEST(ControlReaderTest, ARepliesLinesAreNoNotesWhateverTheySay) {
    const auto notes =
        notes_of({"%begin 17 260 0", "%end 17 260 0", "%begin 17 266 1", "%output %0 typed", "%end 17 9 1", "",
                  "%end 17 266 1", "%begin 18 267 1", "unknown command", "%error 18 267 1"});
    ASSERT_EQ(notes.size(), 2u) << "the first command was not ours";
    EXPECT_EQ(notes[0].kind, Kind::reply);
    EXPECT_EQ(notes[0].lines, (Lines{"%output %0 typed", "%end 17 9 1", ""}));
    EXPECT_EQ(notes[1].kind, Kind::refusal);
    EXPECT_EQ(notes[1].text, "unknown command");
}

TEST(ControlReaderTest, PeopleComeAndGo) {
    const auto notes = notes_of({"%client-session-changed /dev/pts/3 $0 agent", "%client-detached /dev/pts/3",
                                 "%pause %0", "%window-renamed @0 bash", ""});
    ASSERT_EQ(notes.size(), 3u);
    EXPECT_EQ(notes[0].kind, Kind::attached);
    EXPECT_EQ(notes[0].text, "/dev/pts/3");
    EXPECT_EQ(notes[1].kind, Kind::detached);
    EXPECT_EQ(notes[2].text, "%0");
}

TEST(TmuxWordTest, MeansTheseBytesAndNothingElse) {
    EXPECT_EQ(tmux_word("fix it"), "\"fix it\"");
    EXPECT_EQ(tmux_word("a\"b$c\n;#{x}~"), "\"a\\042b\\044c\\012\\073\\043\\173x\\175\\176\"");
    EXPECT_EQ(tmux_word("\xc3\xa4"), "\"\\303\\244\"");
    EXPECT_EQ(tmux_word(std::string("a\0b", 3)), "\"ab\"");
}

TEST(PasteTest, AMessageCannotPressKeys) {
    EXPECT_EQ(paste_text("one\ntwo\t\x1b[201~\x03three\r\n\n", true), "one\ntwo\t[201~three");
    EXPECT_EQ(paste_text("one\ntwo\tthree\n", false), "one two three") << "a line break would send it in pieces";
}

TEST(PasteTest, TheModeIsSeenAcrossPieces) {
    PasteMode mode;
    EXPECT_FALSE(mode.is_bracketed());
    mode.feed("text\x1b[?20");
    EXPECT_FALSE(mode.is_bracketed());
    mode.feed("04h more");
    EXPECT_TRUE(mode.is_bracketed());
    mode.feed("\x1b[?2004l\x1b[?2004h");
    EXPECT_TRUE(mode.is_bracketed());
    mode.feed("\x1b[?2004l");
    EXPECT_FALSE(mode.is_bracketed());
}

TEST(ScreenTextTest, OnlyWhatIsNewIsTold) {
    ScreenText screen;
    EXPECT_EQ(screen.update({"welcome", "> ", "", ""}), (Lines{"welcome", ">"}));
    EXPECT_EQ(screen.update({"welcome", "> ", ""}), Lines{});
    EXPECT_EQ(screen.update({"welcome", "> hi", "you said hi", "> "}), (Lines{"> hi", "you said hi"}));
    EXPECT_EQ(screen.update({"welcome", "> hi", "you said hi", "> hi", "you said hi", "> "}),
              (Lines{"> hi", "you said hi"}))
        << "the same again is new";
}

TEST(ScreenTextTest, WhatIsRedrawnBelowIsNotNew) {
    ScreenText screen;
    screen.update({"a", "[ input ]", "status"});
    EXPECT_EQ(screen.update({"a", "b", "[ input ]", "status"}), Lines{"b"});
    EXPECT_EQ(screen.update({"a", "b", "[ input ]", "status 2"}), Lines{"status 2"});
}

TEST(ScreenTextTest, TheOldestLinesMayBeForgotten) {
    ScreenText screen;
    screen.update({"1", "2", "3", "4", "5"});
    EXPECT_EQ(screen.update({"3", "4", "5", "6"}), Lines{"6"});
    EXPECT_EQ(screen.update({"other", "screen"}), (Lines{"other", "screen"}));
}

}
}
