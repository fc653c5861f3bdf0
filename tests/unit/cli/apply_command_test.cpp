#include <sys/stat.h>

#include <fstream>

#include <murmur/error.hpp>

#include "cli/document_files.hpp"
#include "unit/cli/cli_fixture.hpp"

namespace murmur {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class ApplyCommandTest : public CliFixture {
protected:
    void write(const std::string& name, const std::string& content = "x\n") {
        fs::create_directories((dir_ / name).parent_path());
        std::ofstream(dir_ / name) << content;
    }
    std::string found(const std::vector<std::string>& given) {
        std::string text;
        for (const DocumentFile& file : find_document_files(given)) text += file.path + " in " + file.folder + "\n";
        return text;
    }
};

TEST_F(ApplyCommandTest, FindsWhatIsMeant) {
    for (const char* name : {"c/workspaces/b.yaml", "c/workspaces/a.yml", "c/agent-persona/reviewer.md", "c/role.json",
                             "c/notes.txt", "c/.hidden.yaml", "c/.git/config.yaml", "c/README.md", "c/z/.keep"})
        write(name);
    EXPECT_EQ(found({"c"}),
              "c/agent-persona/reviewer.md in agent-persona\nc/role.json in c\n"
              "c/workspaces/a.yml in workspaces\nc/workspaces/b.yaml in workspaces\n");
    // Named itself, a file may be called anything; twice is once.
    EXPECT_EQ(found({"c/notes.txt", "c/role.json", "c/../c/role.json"}), "c/notes.txt in c\nc/role.json in c\n");
    fs::current_path(dir_ / "c/agent-persona");
    EXPECT_EQ(found({"reviewer.md"}), "reviewer.md in agent-persona\n");
    EXPECT_EQ(found({"."}), "./reviewer.md in agent-persona\n");
}

TEST_F(ApplyCommandTest, LinksAreFollowedOnce) {
    write("c/deep/a.yaml");
    fs::create_directory_symlink("..", dir_ / "c/deep/up");
    fs::create_directory_symlink("deep", dir_ / "c/also");
    EXPECT_EQ(found({"c"}), "c/also/a.yaml in also\n");
    EXPECT_EQ(found({"c", "c/deep"}), "c/also/a.yaml in also\n");
    fs::create_symlink("nowhere", dir_ / "c/gone.yaml");
    EXPECT_THROW(found({"c"}), Error);
}

TEST_F(ApplyCommandTest, TheFolderNamesTheKind) {
    const std::vector<std::string> kinds = {"alias", "recipe", "secret", "user-secret"};
    EXPECT_EQ(kind_of_folder("recipe", kinds), "recipe");
    EXPECT_EQ(kind_of_folder("recipes", kinds), "recipe");
    EXPECT_EQ(kind_of_folder("aliases", kinds), "alias");
    EXPECT_EQ(kind_of_folder("catalog", kinds), "");
    EXPECT_EQ(kind_of_folder("", kinds), "");
}

const std::string kinds_reply = json_reply(R"({"kinds":[{"name":"workspace"},{"name":"agent-persona"}]})");
const std::string changes_reply = json_reply(
    R"({"changes":[{"kind":"workspace","name":"api","result":"updated","generation":"4","diff":[)"
    R"({"sign":"@","text":"@ -1,2 +1,2 @@"},{"sign":" ","text":"name: api"},{"sign":"-","text":"min_idle: 2"},{"sign":"+","text":"min_idle: 4"}]},)"
    R"({"kind":"agent-persona","name":"reviewer","result":"created","diff":[{"sign":"@","text":"@"},{"sign":"+","text":"Look \u001b[1m"}]},)"
    R"({"kind":"workspace","name":"b","result":"unchanged"}]})");

TEST_F(ApplyCommandTest, SendsEverythingAtOnceAndShowsWhatChanges) {
    write("c/workspaces/api.yaml", "name: api\n");
    write("c/agent-persona/reviewer.md", "Look.\n");
    serve({{kinds_reply}, {changes_reply}, {kinds_reply}, {changes_reply}});
    EXPECT_EQ(run({"apply", "-f", "c"}),
              "0\nworkspace \"api\" updated\n  @@ -1,2 +1,2 @@\n   name: api\n  -min_idle: 2\n  +min_idle: 4\n\n"
              "agent-persona \"reviewer\" created\n  +Look [1m\n\n1 created, 1 updated, 1 unchanged\n");
    EXPECT_EQ(method(1), "ApplyResources");
    EXPECT_EQ(body(1), R"({"documents":[{"text":"Look.\n","source":"c/agent-persona/reviewer.md","defaultKind":)"
                       R"("agent-persona"},{"text":"name: api\n","source":"c/workspaces/api.yaml",)"
                       R"("defaultKind":"workspace"}]})");
    EXPECT_TRUE(run({"apply", "-f", "c/workspaces", "--dry-run"})
                    .ends_with("\n1 created, 1 updated, 1 unchanged (dry run: nothing was stored)\n"));
    EXPECT_TRUE(body(3).ends_with(R"(,"dryRun":true})")) << body(3);
}

TEST_F(ApplyCommandTest, ColoursTheDifference) {
    write("a.yaml");
    serve({{kinds_reply}, {changes_reply}});
    CapturedOut out(true, 80);
    EXPECT_EQ(run_cli({"apply", "-f", "a.yaml"}, out), 0);
    EXPECT_NE(out.printed.find("\x1b[31m  -min_idle: 2\x1b[0m\n\x1b[32m  +min_idle: 4\x1b[0m\n"), std::string::npos);
}

TEST_F(ApplyCommandTest, StandardInputIsAFileToo) {
    serve({{json_reply("{}")}});
    EXPECT_EQ(run_with_input("kind: role\n", {"apply", "-f", "-"}), "0\n0 created, 0 updated, 0 unchanged\n");
    EXPECT_EQ(body(0), R"({"documents":[{"text":"kind: role\n"}]})");
}

TEST_F(ApplyCommandTest, WhatIsNotThereIsSaid) {
    write("c/notes.txt");
    write("d/a.yaml", "caf\xe9\n");
    serve({{kinds_reply}});
    EXPECT_EQ(run({"apply"}),
              "2\nstderr: murmur: there is nothing to apply\nhint: Name a file or folder: murmur apply "
              "-f DIR\n");
    EXPECT_EQ(run({"apply", "-f", "none"}), "1\nstderr: murmur: cannot read \"none\": No such file or directory\n");
    EXPECT_EQ(
        run({"apply", "-f", "c"}),
        "1\nstderr: murmur: there are no resources in \"c\"\nhint: Files that end in .yaml, .yml, .json or .md are "
        "read; hidden ones and README.md are not.\n");
    EXPECT_TRUE(begins(run({"apply", "-f", "d"}), "1\nstderr: murmur: \"d/a.yaml\" is not UTF-8 text (line 1)\nhi"));
}

TEST_F(ApplyCommandTest, APipeIsReadOnlyWhenItIsNamed) {
    fs::create_directories("catalog");
    ASSERT_EQ(::mkfifo("catalog/a.yaml", 0600), 0);
    try {
        found({"catalog"});
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "\"catalog/a.yaml\" is not a file");
    }
    EXPECT_EQ(found({"catalog/a.yaml"}), "catalog/a.yaml in catalog\n");
}

TEST_F(ApplyCommandTest, TooMuchIsNotSent) {
    for (int i = 0; i < 13; ++i) write("c/" + std::to_string(i) + ".yaml", std::string(1 << 20, '#'));
    serve({{kinds_reply}});
    EXPECT_EQ(run({"apply", "-f", "c"}),
              "1\nstderr: murmur: the files are longer than 12 MiB together\nhint: Apply them in several steps; was a "
              "folder named by mistake?\n");
    EXPECT_EQ(server_->requests().size(), 1u);
}

}
}
