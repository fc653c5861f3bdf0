#include "logging/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <murmur/error.hpp>
#include <sstream>
#include <thread>

#include "base/ids.hpp"
#include "logging/logfmt.hpp"

namespace murmur {
namespace {

namespace fs = std::filesystem;

/// The line with every digit as 9, to compare what does not change with the time.
std::string shape(std::string line) {
    for (char& c : line)
        if (c >= '0' && c <= '9') c = '9';
    return line;
}

std::string field(std::string_view key, std::string_view value) {
    std::string line;
    append_logfmt(line, key, value);
    return line;
}

class LogFile : public testing::Test {
protected:
    LogFile() { fs::create_directories(folder_); }
    ~LogFile() override { fs::remove_all(folder_); }

    std::shared_ptr<Log> open(LogLevel level = LogLevel::info) { return make_log({level, file_, "murmurd"}); }

    std::vector<std::string> lines(const fs::path& file) const {
        std::ifstream in(file);
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);) all.push_back(line);
        return all;
    }
    std::vector<std::string> lines() const { return lines(file_); }

    const fs::path folder_ = fs::temp_directory_path() / ("murmur-log-" + random_hex(6));
    const fs::path file_ = folder_ / "murmurd.log";
};

TEST(Logfmt, PlainValuesStayBare) { EXPECT_EQ(field("agent", "w/fix-typo:1"), " agent=w/fix-typo:1"); }

TEST(Logfmt, QuotesAndEscapesWhatWouldBreakTheLine) {
    EXPECT_EQ(field("k", ""), " k=\"\"");
    EXPECT_EQ(field("k", "two words"), " k=\"two words\"");
    EXPECT_EQ(field("k", "a=\"b\""), " k=\"a=\\\"b\\\"\"");
    EXPECT_EQ(field("k", "back\\slash"), " k=\"back\\\\slash\"");
    EXPECT_EQ(field("k", "one\ntwo\r\tthree"), " k=\"one\\ntwo\\r\\tthree\"");
    EXPECT_EQ(field("k", std::string_view("\0\x1b[31m\x7f", 7)), " k=\"\\x00\\x1b[31m\\x7f\"");
}

TEST(Logfmt, KeepsUtf8AndEscapesEverythingElse) {
    EXPECT_EQ(field("k", "h\u00e9 \u4e16 \U0001F600"), " k=\"h\u00e9 \u4e16 \U0001F600\"");
    EXPECT_EQ(field("k", "\xff"), " k=\"\\xff\"");
    EXPECT_EQ(field("k", "\xc3"), " k=\"\\xc3\"");
    EXPECT_EQ(field("k", "\xc2\x9b"), " k=\"\\xc2\\x9b\"");           // CSI as one character
    EXPECT_EQ(field("k", "\xed\xa0\x80"), " k=\"\\xed\\xa0\\x80\"");  // a surrogate
}

TEST(Logfmt, RepairsKeys) {
    EXPECT_EQ(field("a b=\"c\n", "v"), " a_b__c_=v");
    EXPECT_EQ(field("", "v"), " _=v");
}

TEST(Logfmt, CutsLongValuesBetweenCharacters) {
    const std::string text = std::string((8 << 10) - 1, 'x') + "\u00e9" + "tail";
    const std::string line = field("k", text);
    EXPECT_EQ(line, " k=" + std::string((8 << 10) - 1, 'x') + " cut_bytes=6");
}

TEST_F(LogFile, WritesOneStructuredLine) {
    open()->log(LogLevel::info, "agent spawned", {{"request", "8c1f"}, {"note", "with \"quotes\""}, {"brace", "{}"}});
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(shape(lines()[0]),
              "9999-99-99T99:99:99.999Z info murmurd msg=\"agent spawned\" request=9c9f "
              "note=\"with \\\"quotes\\\"\" brace={}");
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LogFile, LevelChangesWhileRunning) {
    const auto log = open(LogLevel::warning);
    log->log(LogLevel::info, "unseen");
    log->set_level(LogLevel::debug);
    EXPECT_EQ(log->level(), LogLevel::debug);
    log->log(LogLevel::debug, "seen");
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_NE(lines()[0].find(" debug murmurd msg=seen"), std::string::npos);
}

TEST_F(LogFile, ContextIsOnEveryLineAndNests) {
    const auto log = open();
    const auto request = std::make_shared<ContextLog>(log, LogFields{{"request", "8c1f"}});
    request->with({{"agent", "fix typo"}})->log(LogLevel::error, "failed", {{"code", "internal"}});
    log->with({{"request", "9"}})->log(LogLevel::info, "other");
    ASSERT_EQ(lines().size(), 2u);
    EXPECT_NE(lines()[0].find("msg=failed request=8c1f agent=\"fix typo\" code=internal"), std::string::npos);
    EXPECT_NE(lines()[1].find("msg=other request=9"), std::string::npos);
}

TEST_F(LogFile, ReopenFollowsARotation) {
    const auto log = open();
    log->log(LogLevel::info, "before");
    fs::rename(file_, folder_ / "old.log");
    log->log(LogLevel::info, "still the old file");
    EXPECT_TRUE(log->reopen());
    log->log(LogLevel::info, "after");
    EXPECT_EQ(lines(folder_ / "old.log").size(), 2u);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_NE(lines()[0].find("msg=after"), std::string::npos);
}

TEST_F(LogFile, FailedReopenKeepsTheOldFileAndSaysSo) {
    const auto log = open();
    const fs::path moved = folder_.string() + "-moved";
    fs::rename(folder_, moved);
    EXPECT_FALSE(log->reopen());
    log->log(LogLevel::info, "still here");
    const auto written = lines(moved / "murmurd.log");
    fs::rename(moved, folder_);
    ASSERT_EQ(written.size(), 2u);
    EXPECT_NE(written[0].find("error murmurd msg=\"log file not reopened\""), std::string::npos);
}

TEST_F(LogFile, UnusableFileIsAClearError) {
    try {
        make_log({LogLevel::info, folder_ / "no" / "such.log", "murmurd"});
        FAIL() << "opened a file in a folder that does not exist";
    } catch (const Error& error) {
        EXPECT_NE(error.message().find("such.log"), std::string::npos);
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST_F(LogFile, FullDiskLosesLinesAndNothingElse) {
    const auto log = make_log({LogLevel::info, "/dev/full", "murmurd"});
    for (int i = 0; i < 1000; ++i) log->log(LogLevel::error, "nobody will read this");
    EXPECT_EQ(log->lost_lines(), 1000u);
}

TEST_F(LogFile, StuckReaderLosesLinesThenHearsHowMany) {
    const fs::path pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    const auto log = make_log({LogLevel::info, pipe, "murmurd"});
    const std::string filler(1000, 'x');
    for (int i = 0; i < 200; ++i) log->log(LogLevel::info, filler);  // a pipe holds 64 KiB
    const std::uint64_t lost = log->lost_lines();
    EXPECT_GT(lost, 0u);

    std::string all;
    std::array<char, 4096> block;
    const auto drain = [&] {
        for (ssize_t n; (n = ::read(reader, block.data(), block.size())) > 0;)
            all.append(block.data(), static_cast<std::size_t>(n));
    };
    drain();
    log->log(LogLevel::info, "back");
    drain();
    ::close(reader);
    EXPECT_NE(all.find("warning murmurd msg=\"log lines were lost\" lines=" + std::to_string(lost)), std::string::npos);
    EXPECT_NE(all.find("msg=back\n"), std::string::npos);
    EXPECT_EQ(log->lost_lines(), lost);
}

TEST_F(LogFile, ReaderThatLeftDoesNotKillTheProgram) {
    const fs::path pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    const auto log = make_log({LogLevel::info, pipe, "murmurd"});
    log->log(LogLevel::info, "heard");
    ::close(reader);
    log->log(LogLevel::info, "unheard");
    EXPECT_EQ(log->lost_lines(), 1u);
}

TEST_F(LogFile, ManyThreadsWriteWholeLines) {
    const auto log = open();
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&log, t] {
                const auto mine = log->with({{"thread", std::to_string(t)}});
                for (int i = 0; i < 200; ++i) {
                    mine->log(LogLevel::info, "line", {{"i", std::to_string(i)}});
                    if (i % 50 == 0) log->reopen();
                }
            });
    }
    const auto all = lines();
    EXPECT_EQ(all.size(), 1600u);
    for (const std::string& line : all) {
        const std::string head = "9999-99-99T99:99:99.999Z info murmurd msg=line thread=9 i=9";
        ASSERT_TRUE(shape(line).starts_with(head) && line.size() <= head.size() + 2) << line;
    }
}

TEST(LogLevelName, ParsesAndRefuses) {
    EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
    EXPECT_THROW(parse_log_level("verbose"), Error);
}

}
}
