#include "cli/snapshot_files.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <murmur/error.hpp>
#include <stdexcept>

namespace murmur {
namespace {

namespace fs = std::filesystem;

class SnapshotFilesTest : public ::testing::Test {
protected:
    SnapshotFilesTest() {
        std::string pattern = (fs::temp_directory_path() / "murmur-export-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
        root = pattern;
        target.directory = root / "out";
        target.slug = "fix";
        target.read_blob = [](const std::string&, const std::function<void(std::string_view)>& take) {
            take("half ");
            take("whole");
        };
    }
    ~SnapshotFilesTest() override { fs::remove_all(root); }
    Error failure() {
        try {
            export_snapshot(target, manifest);
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("it did not fail");
    }
    fs::path root;
    SnapshotExport target;
    json::object manifest = {
        {"files", json::array{json::object{{"path", "log"}, {"sha256", "a"}, {"size", 10}, {"mode", 0640}}}},
        {"repos", json::array{json::object{{"cloneUrl", "/srv/web.git"}, {"notes", json::array{"a note"}}}}}};
};

TEST_F(SnapshotFilesTest, AFileHasItsNameWhenItIsWhole) {
    bool had_its_name = true;
    target.read_blob = [&](const std::string&, const std::function<void(std::string_view)>& take) {
        take("half ");
        had_its_name = fs::exists(target.directory / "session/log");
        take("whole");
    };
    const std::string text = export_snapshot(target, manifest);
    EXPECT_FALSE(had_its_name);
    EXPECT_EQ(fs::file_size(target.directory / "session/log"), 10u);
    EXPECT_FALSE(fs::exists(target.directory / "unfinished"));
    EXPECT_NE(text.find("/srv/web.git: a note"), std::string::npos) << text;
    EXPECT_EQ(text.find("is on its origin"), std::string::npos) << "nothing is known of it: " << text;
}

TEST_F(SnapshotFilesTest, AfterAnExportThatWasCutShortItSaysWhatToDo) {
    target.read_blob = [](const std::string&, const std::function<void(std::string_view)>& take) {
        take("half ");
        throw Error(Errc::unavailable, "cut");
    };
    EXPECT_EQ(failure().message(), "cut");
    EXPECT_FALSE(fs::exists(target.directory / "session/log"));
    const Error again = failure();
    EXPECT_EQ(again.code(), Errc::already_exists);
    EXPECT_NE(again.message().find("cut short"), std::string::npos) << again.message();
    EXPECT_NE(again.hint().find("rm -r " + target.directory.string()), std::string::npos) << again.hint();
    std::ofstream(root / "file") << "x";
    target.directory = root;
    EXPECT_NE(failure().message().find("is not empty"), std::string::npos);
}

}
}
