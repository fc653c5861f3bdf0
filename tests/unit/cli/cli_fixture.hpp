#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/run_cli.hpp"
#include "support/fake_murmurd.hpp"

namespace murmur::testing_support {

/// The commands as a user runs them in a folder of their own, against a server whose answers the test writes.
class CliFixture : public testing::Test {
protected:
    CliFixture() {
        std::string pattern = std::filesystem::temp_directory_path() / "cli-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        before_ = std::filesystem::current_path();
        std::filesystem::current_path(dir_);
        for (const char* name : {"MURMUR_SLUG", "MURMUR_WORKSPACE", "MURMUR_TOKEN", "MURMUR_CONTEXT", "MURMUR_SERVER"})
            ::unsetenv(name);
        ::setenv("MURMUR_RUNTIME_DIR", (dir_ / "run").c_str(), 1);
        ::setenv("MURMURD", "/no/such/murmurd", 1);
        ::setenv("HOME", dir_.c_str(), 1);
        ::setenv("TZ", "UTC", 1);
    }
    ~CliFixture() override {
        std::filesystem::current_path(before_);
        std::filesystem::remove_all(dir_);
    }

    /// "<exit code>\n<stdout>[stderr: <stderr>]"
    std::string run(const std::vector<std::string>& words) {
        CapturedOut out;
        return run_with(out, words);
    }
    /// As on a terminal of that width.
    std::string run_on_terminal(const std::vector<std::string>& words, int width = 80) {
        CapturedOut out(false, width);
        return run_with(out, words);
    }
    /// With that text on standard input.
    std::string run_with_input(const std::string& input, const std::vector<std::string>& words) {
        const Fd kept(::dup(STDIN_FILENO));
        Fd file(::open(dir_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        EXPECT_EQ(::write(file.get(), input.data(), input.size()), static_cast<ssize_t>(input.size()));
        ::lseek(file.get(), 0, SEEK_SET);
        ::dup2(file.get(), STDIN_FILENO);
        std::string result = run(words);
        if (kept)
            ::dup2(kept.get(), STDIN_FILENO);
        else
            ::close(STDIN_FILENO);
        return result;
    }
    static testing::AssertionResult begins(const std::string& text, const std::string& start) {
        if (text.starts_with(start)) return testing::AssertionSuccess();
        return testing::AssertionFailure() << "does not begin with \"" << start << "\": " << text;
    }
    void serve(std::vector<FakeMurmurd::Reply> replies) {
        server_ = std::make_unique<FakeMurmurd>(std::move(replies));
        ::setenv("MURMUR_SERVER", server_->address().c_str(), 1);
    }
    std::string body(std::size_t request) {
        const std::string text = server_->requests().at(request);
        return text.substr(text.find("\r\n\r\n") + 4);
    }
    /// "SetResource"
    std::string method(std::size_t request) {
        const std::string text = server_->requests().at(request);
        const std::size_t at = text.find("MurmurService/") + 14;
        return text.substr(at, text.find(' ', at) - at);
    }

    std::filesystem::path dir_, before_;
    std::unique_ptr<FakeMurmurd> server_;

private:
    static std::string run_with(CapturedOut& out, const std::vector<std::string>& words) {
        const int code = run_cli(words, out);
        return std::to_string(code) + "\n" + out.printed + (out.noted.empty() ? "" : "stderr: " + out.noted);
    }
};

}
