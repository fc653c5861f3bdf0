#include "remove_tree.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "child_program.hpp"
#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// Runs it in a process without root's right to ignore permissions, and says what went wrong there.
std::string as_plain_user(const fs::path& home, const std::function<void()>& action) {
    constexpr uid_t nobody = 65534;
    if (::getuid() == 0 && ::chown(home.c_str(), nobody, nobody) != 0) return "cannot give the directory away";
    Pipe report = make_pipe();
    const pid_t child = ::fork();
    if (child == 0) {
        if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
            ::_exit(9);
        try {
            action();
        } catch (const std::exception& error) {
            const std::string text = error.what();
            ::_exit(::write(report.write_end.get(), text.data(), text.size()) < 0 ? 8 : 1);
        }
        ::_exit(0);
    }
    report.write_end.reset();
    char text[1024];
    const ssize_t count = ::read(report.read_end.get(), text, sizeof text);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status == 0) return "";
    return "status " + std::to_string(status) + ": " +
           std::string(text, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
}

void remove_path(const fs::path& path, std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    remove_tree(AT_FDCWD, path, path, test_call(limit));
}

TEST(RemoveTree, RemovesReadOnlyAndClosedDirectories) {
    TemporaryDirectory home;
    EXPECT_EQ(as_plain_user(home.path(),
                            [&] {
                                const fs::path top = home.path() / "top";
                                fs::create_directories(top / "cache" / "module@v1");
                                write_text(top / "cache" / "module@v1" / "file", "text");
                                fs::permissions(top / "cache" / "module@v1" / "file", fs::perms::owner_read);
                                fs::create_directories(top / "closed" / "inside");
                                fs::permissions(top / "closed", fs::perms::none);
                                fs::permissions(top / "cache" / "module@v1",
                                                fs::perms::owner_read | fs::perms::owner_exec);
                                fs::permissions(top / "cache", fs::perms::owner_read | fs::perms::owner_exec);
                                fs::permissions(top, fs::perms::owner_read | fs::perms::owner_exec);
                                remove_path(top);
                                if (fs::exists(top)) throw Error(Errc::internal, "it is still there");
                            }),
              "");
}

TEST(RemoveTree, NeverFollowsLinks) {
    TemporaryDirectory home;
    fs::create_directories(home.path() / "precious");
    write_text(home.path() / "precious" / "file", "keep");
    fs::create_directory(home.path() / "top");
    fs::create_directory_symlink(home.path() / "precious", home.path() / "top" / "link");
    fs::create_symlink("/nowhere", home.path() / "top" / "dangling");
    fs::create_directory_symlink(home.path() / "precious", home.path() / "itself-a-link");
    remove_path(home.path() / "top");
    remove_path(home.path() / "itself-a-link");
    EXPECT_FALSE(fs::exists(home.path() / "top"));
    EXPECT_FALSE(fs::is_symlink(home.path() / "itself-a-link"));
    EXPECT_EQ(read_text(home.path() / "precious" / "file"), "keep");
}

TEST(RemoveTree, CopesWithAnyDepth) {
    TemporaryDirectory home;
    // Far deeper than a path may be long, or descriptors may be open.
    UniqueFd at(::open(home.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(::mkdirat(at.get(), "top", 0700), 0);
    const std::string name(200, 'd');
    std::string next = "top";
    for (int depth = 0; depth < 3000; ++depth) {
        at = UniqueFd(::openat(at.get(), next.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        next = name;
        ASSERT_EQ(::mkdirat(at.get(), next.c_str(), 0700), 0);
        ASSERT_EQ(::mkdirat(at.get(), "beside", 0500), 0);
    }
    remove_path(home.path() / "top", std::chrono::minutes(3));
    EXPECT_TRUE(fs::is_empty(home.path()));
}

TEST(RemoveTree, SucceedsWhenThereIsNothing) {
    TemporaryDirectory home;
    remove_path(home.path() / "nothing");
    write_text(home.path() / "file", "text");
    remove_path(home.path() / "file");
    EXPECT_TRUE(fs::is_empty(home.path()));
}

TEST(RemoveTree, ForeignFilesAreAClearError) {
    if (::getuid() != 0) GTEST_SKIP() << "needs root, to make a file that belongs to another user";
    TemporaryDirectory home;
    fs::create_directories(home.path() / "top" / "of-root");
    write_text(home.path() / "top" / "of-root" / "file", "text");
    fs::permissions(home.path() / "top" / "of-root", fs::perms::all & ~fs::perms::others_write);
    const std::string said = as_plain_user(home.path(), [&] { remove_path(home.path() / "top"); });
    EXPECT_NE(said.find("cannot remove"), std::string::npos) << said;
    EXPECT_NE(said.find("top"), std::string::npos) << said;
}

}
}
