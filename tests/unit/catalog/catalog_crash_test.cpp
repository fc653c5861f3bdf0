// What was answered is there after the process has died: at a commit, behind it, or at any other moment.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <thread>

#include "base/file.hpp"
#include "catalog_world.hpp"

namespace murmur {
namespace {

constexpr const char* dir_variable = "MURMUR_TEST_CRASH_DIR";
constexpr int writers = 4;

std::string name_of_writer(int writer) { return "w" + std::to_string(writer); }

std::string body_of(int writer, int number) {
    return "name: " + name_of_writer(writer) +
           "\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: own\ndisk_type_ref: murmur-pd-balanced\ndisk_size_gb: " +
           std::to_string(number) + "\n";
}

/// What the dying process runs: writers that note each answer in a file, without an end.
TEST(CatalogCrashChild, DISABLED_DiesWhileItWrites) {
    const char* dir = std::getenv(dir_variable);
    ASSERT_TRUE(dir) << "started by the other tests of this file only";
    CatalogParts parts(dir);
    const CatalogKindSpec& environment = parts.kinds.get("environment").spec;
    const std::string machine = "name: own\nvcpus: 4\nmemory_gb: 8\ngce: {machine_type: e2}\n";
    parts.catalog->set(acme("machine-type", "own"), parse_resource(parts.kinds.get("machine-type").spec, machine, ""),
                       {"w", {}});
    const int answers = ::open((parts.dir / "answers").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer)
        threads.emplace_back([&, writer] {
            for (int number = 1;; ++number) {
                const Change change =
                    parts.catalog->set(acme("environment", name_of_writer(writer)),
                                       parse_resource(environment, body_of(writer, number), ""), {"w", {}});
                const std::string line = std::to_string(writer) + " " + std::to_string(number) + " " +
                                         std::to_string(change.resource.generation) + "\n";
                if (::write(answers, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
            }
        });
}

class CatalogCrash : public testing::Test {
protected:
    pid_t start(const std::string& fault) {
        const std::string dir = std::string(dir_variable) + "=" + directory.path.string();
        const std::string variable = "MURMUR_FAULT=" + fault;
        const char* const arguments[] = {"unit_catalog", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
                                         "--gtest_filter=CatalogCrashChild.DISABLED_DiesWhileItWrites", nullptr};
        const char* const environment[] = {dir.c_str(), variable.c_str(), nullptr};
        pid_t pid = 0;
        EXPECT_EQ(::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, const_cast<char**>(arguments),
                                const_cast<char**>(environment)),
                  0);
        return pid;
    }
    static void wait_for_death(pid_t pid) {
        int status = 0;
        ASSERT_EQ(::waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFSIGNALED(status));
        ASSERT_EQ(WTERMSIG(status), SIGKILL);
    }

    /// Every answer is in the store, or a later change of the same resource, of which at most one is not answered.
    void expect_answers_kept() {
        std::map<int, std::pair<int, std::int64_t>> last;  // by writer: number and generation
        std::istringstream lines(read_file(directory.path / "answers"));
        int writer = 0, number = 0;
        std::int64_t generation = 0;
        while (lines >> writer >> number >> generation) last[writer] = {number, generation};
        ASSERT_FALSE(last.empty()) << "it died before the first answer";
        CatalogParts parts(directory.path);
        for (const auto& [each, answer] : last) {
            const Resource found = parts.catalog->get(acme("environment", name_of_writer(each)));
            const std::int64_t ahead = found.generation - answer.second;
            EXPECT_TRUE(ahead == 0 || ahead == 1) << found.generation << " was stored, " << answer.second << " told";
            EXPECT_EQ(found.body.at("disk_size_gb").as_int64(), answer.first + ahead);
        }
        EXPECT_EQ(complaint_of([&] {
                      parts.catalog->remove(acme("machine-type", "own"), {"w", {}});
                  }).code,
                  Errc::failed_precondition)
            << "the references are there too";
    }

    CatalogDirectory directory;
};

TEST_F(CatalogCrash, BeforeACommit) {
    wait_for_death(start("commit:before:40"));
    expect_answers_kept();
}

TEST_F(CatalogCrash, AfterACommit) {
    wait_for_death(start("commit:after:40"));
    expect_answers_kept();
}

TEST_F(CatalogCrash, AtAnyMoment) {
    const pid_t pid = start("none");
    const std::filesystem::path answers = directory.path / "answers";
    // Until it is well under way; the file is there after its first moments.
    const auto is_under_way = [&] {
        return std::filesystem::exists(answers) && std::filesystem::file_size(answers) > 2000;
    };
    while (!is_under_way()) {
        ASSERT_EQ(::waitpid(pid, nullptr, WNOHANG), 0) << "it ended by itself";
        std::this_thread::yield();
    }
    ::kill(pid, SIGKILL);
    wait_for_death(pid);
    expect_answers_kept();
}

}
}
