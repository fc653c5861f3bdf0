#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <murmur/error.hpp>
#include <murmur/plugin.hpp>
#include <murmur/testing/fake_host.hpp>
#include <string>
#include <vector>

#include "plugins/plugin_host.hpp"

namespace murmur {

/// A plugin host over a folder of copies of the plugins that a test names.
class PluginHostTest : public ::testing::Test {
protected:
    /// Where the build has put a part.
    static std::filesystem::path built(const std::string& part) {
        return std::filesystem::path(MURMUR_PARTS_DIR) / part / (part + ".so");
    }

    /// A copy of a part in the folder `dir` of this test, under its own or another file name.
    std::filesystem::path place(const std::string& part, const std::string& dir = "plugins", std::string file = "") {
        if (file.empty()) file = part + ".so";
        std::filesystem::create_directory(temp_ / dir);
        std::filesystem::permissions(temp_ / dir, std::filesystem::perms(0755));
        const std::filesystem::path target = temp_ / dir / file;
        std::filesystem::copy_file(built(part), target);
        std::filesystem::permissions(target, std::filesystem::perms(0755));
        return target;
    }

    PluginHostOptions options(const std::vector<std::string>& dirs = {"plugins"}) {
        PluginHostOptions options;
        for (const std::string& dir : dirs) options.dirs.push_back(temp_ / dir);
        options.state_dir = temp_ / "state";
        options.logger = &logger_;
        return options;
    }

    static const PluginRecord& record_of(const PluginHost& host, const std::filesystem::path& file) {
        for (const PluginRecord& record : host.records())
            if (record.file == file) return record;
        throw Error(Errc::not_found, "no record of \"" + file.string() + "\"");
    }

    /// The error that `work` throws, or one that says that none was.
    template <class Work>
    static Error error_of(Work work) {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        return Error(Errc::internal, "nothing was thrown");
    }

    testing::TempDir temp_;
    testing::RecordingLogger logger_;
};

}
