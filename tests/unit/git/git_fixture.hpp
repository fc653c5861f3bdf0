#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "git/handles.hpp"

/// A temporary directory with real repositories made by the system's git, isolated from the user's configuration.
class GitFixture : public ::testing::Test {
protected:
    GitFixture() {
        std::string pattern = (std::filesystem::temp_directory_path() / "murmur-git-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
        root = pattern;
        home = root / "home";
        std::filesystem::create_directories(home);
        setenv("HOME", home.c_str(), 1);
        setenv("XDG_CONFIG_HOME", (home / ".config").c_str(), 1);
        setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        // libgit2 looks at HOME once a process; each test has another.
        murmur::git::Library library;
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, home.c_str());
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, (home / ".config/git").c_str());
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
        write(home / ".gitconfig",
              "[user]\nname = Tess Tester\nemail = tess@example.org\n[init]\ndefaultBranch = main\n"
              // Nothing tidies up behind a test's back.
              "[gc]\nauto = 0\n[maintenance]\nauto = false\n");
    }
    ~GitFixture() override { std::filesystem::remove_all(root); }

    static void write(const std::filesystem::path& file, const std::string& text) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

    static std::string read(const std::filesystem::path& file) {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    /// Runs a shell command in `directory` and returns its output without the last newline. Throws when it fails.
    static std::string sh(const std::filesystem::path& directory, const std::string& command) {
        const std::string whole = "cd '" + directory.string() + "' && { " + command + "; } 2>&1";
        FILE* pipe = popen(whole.c_str(), "r");
        if (!pipe) throw std::runtime_error("no shell");
        std::string out;
        char buffer[4096];
        while (std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
        if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command + "\n" + out);
        while (!out.empty() && out.back() == '\n') out.pop_back();
        return out;
    }

    /// A bare origin with two commits on main and a branch "feature/search".
    std::filesystem::path make_origin(const std::string& name = "origin.git") {
        const std::filesystem::path seed = root / "seed";
        std::filesystem::remove_all(seed);
        std::filesystem::create_directories(seed);
        write(seed / "README.md", "# Titel\n");
        write(seed / ".gitignore", "*.log\n");
        sh(seed, "git init -q && git add -A && git commit -qm 'first' && git branch feature/search");
        write(seed / "src/app.txt", "one\n");
        sh(seed, "git add -A && git commit -qm 'second'");
        sh(root, "git clone -q --bare seed " + name);
        return root / name;
    }

    std::filesystem::path root;
    std::filesystem::path home;
};
