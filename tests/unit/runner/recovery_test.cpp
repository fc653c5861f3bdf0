#include "runner/delivery_journal.hpp"
#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

using RecoveryTest = SupervisorTest;

std::vector<std::string> delivered_in(const json::object& started) {
    std::vector<std::string> out;
    if (const json::value* list = started.if_contains("delivered"))
        for (const json::value& id : list->as_array()) out.emplace_back(id.as_string());
    return out;
}

TEST_F(RecoveryTest, TheNextRunnerTellsWhatWasDelivered) {
    start("echo one; sleep 1000");
    server.wait_report("turnStarted");
    lose_runner();
    next_life();
    start("", {{"messages", json::array()}});
    const json::object started = server.wait_report("sessionStarted");
    EXPECT_EQ(delivered_in(started), std::vector<std::string>{"msg-1"});
    EXPECT_EQ(started.at("resumed"), false) << "there was no checkpoint";
    message("msg-2", "echo two");
    const json::object turn = server.wait_report("turnStarted");
    EXPECT_EQ(turn.at("turn"), 1) << "turns are counted per incarnation";
    EXPECT_EQ(turn.at("messageIds"), json::array{"msg-2"});
    server.wait_report("turnEnded");
    stop();
}

TEST_F(RecoveryTest, AFirstMessageThatWasDeliveredIsNotDeliveredAgain) {
    start("echo once >> ../count; sleep 1000");
    server.wait_report("turnStarted");
    lose_runner();
    next_life();
    start("echo once >> ../count");
    EXPECT_EQ(delivered_in(server.wait_report("sessionStarted")), std::vector<std::string>{"msg-1"});
    EXPECT_EQ(stop().at("outcome"), "completed");
    EXPECT_EQ(count("turnStarted"), 0u);
}

TEST_F(RecoveryTest, AProgramThatCannotBeStartedHasGotNothing) {
    backend->pattern.argv = {"./broken"};
    write(root / "bad/broken", "#!/no/such/interpreter\n");
    sh(root, "chmod +x bad/broken");
    start("x", {{"repos", json::array()}, {"environment", json::object{{"PATH", (root / "bad").string()}}}});
    std::filesystem::create_directories(root / "machine/workspace");
    ended();
    next_life();
    backend->pattern.argv.clear();
    start("echo now", {{"repos", json::array()}});
    EXPECT_TRUE(delivered_in(server.wait_report("sessionStarted")).empty());
    EXPECT_EQ(server.wait_report("turnEnded").at("success"), true);
    stop();
}

TEST_F(RecoveryTest, MessagesToARunningProcessAreNotedToo) {
    backend->persistent = true;
    start("echo one");
    server.wait_report("turnEnded");
    message("msg-2", "sleep 1000");
    server.wait_report("turnStarted", 2);
    lose_runner();
    next_life();
    start("", {{"messages", json::array()}});
    EXPECT_EQ(delivered_in(server.wait_report("sessionStarted")), (std::vector<std::string>{"msg-1", "msg-2"}));
    stop();
}

TEST_F(RecoveryTest, AnInputLargerThanAPipeArrivesWhole) {
    backend->pattern.argv = {"sh", "-c", "wc -c"};
    backend->pattern.standard_input = std::string(3 << 20, 'x');
    start("x");
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{std::to_string(3 << 20)});
    stop();
}

TEST_F(RecoveryTest, ACheckoutThatWasLeftInTheMiddleIsUsable) {
    start("echo kept > kept; git add kept; git commit -qm Kept");
    server.wait_report("turnEnded");
    lose_runner();
    // As a git that was killed leaves it.
    write(root / "machine/workspace/origin/.git/index.lock", "");
    write(root / "machine/workspace/origin/.git/refs/heads/x.lock", "");
    next_life();
    start("cat kept; echo more > more; git add more; git commit -qm More");
    EXPECT_EQ(server.wait_report("sessionStarted").at("delivered"), json::array{"msg-1"});
    message("msg-2", "cat kept; echo more > more; git add more; git commit -qm More");
    EXPECT_EQ(server.wait_report("turnEnded").at("success"), true);
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"kept"});
    stop();
    EXPECT_EQ(on_origin("git log -1 --format=%s"), "More");
}

TEST_F(RecoveryTest, CommitsThatWereNotToldAreToldByTheNext) {
    start("echo one");
    server.wait_report("turnEnded");
    lose_runner();
    sh(root / "machine/workspace/origin", "echo x > late; git add late; git commit -qm Late");
    next_life();
    start("echo again", {{"messages", json::array()}});
    EXPECT_EQ(server.wait_report("commits").at("commits").at(0).at("subject"), "Late");
    stop();
    EXPECT_EQ(on_origin("git log -1 --format=%s"), "Late");
}

TEST_F(RecoveryTest, TheNextRunnerSavesWhatTheLastOneLeft) {
    backend->pattern.commit_changes = false;
    start("echo draft > draft.txt; echo up; sleep 1000");
    server.wait_report("sessionEvent");
    lose_runner();
    next_life();
    start("", {{"messages", json::array()}});
    const json::object snapshot = server.wait_report("snapshot");
    EXPECT_NE(snapshot.at("repos").at(0).at("uncommitted").as_string(), "");
    EXPECT_EQ(count("turnStarted"), 0u);
    stop();
}

TEST_F(RecoveryTest, LocksOfARunnerThatWasKilledWhileItSavedKeepNobodyFromSaving) {
    backend->pattern.commit_changes = false;
    start("echo draft > draft.txt; echo up; sleep 1000");
    server.wait_report("sessionEvent");
    lose_runner();
    const std::filesystem::path git_directory = root / "machine/workspace/origin/.git";
    const std::vector<std::string> locks = {"murmur-uncommitted-index.lock",
                                            "shallow.lock",
                                            "objects/maintenance.lock",
                                            "objects/info/commit-graphs/commit-graph-chain.lock",
                                            "objects/pack/multi-pack-index.lock",
                                            "refs/remotes/origin/x.lock",
                                            "logs/refs/heads/x.lock",
                                            "worktrees/other/index.lock",
                                            "modules/part/refs/heads/x.lock",
                                            "modules/deps/part/objects/info/commit-graph.lock"};
    for (const std::string& lock : locks) write(git_directory / lock, "");
    next_life();
    start("", {{"messages", json::array()}});
    const json::object snapshot = server.wait_report("snapshot");
    EXPECT_NE(snapshot.at("repos").at(0).at("uncommitted").as_string(), "");
    EXPECT_EQ(count("saveFailed"), 0u);
    for (const std::string& lock : locks) EXPECT_FALSE(std::filesystem::exists(git_directory / lock)) << lock;
    stop();
}

TEST_F(RecoveryTest, LocksOfAGitThatWasKilledWithItsTurnKeepNobodyFromCommitting) {
    start("echo a > a; git add a; GIT_EDITOR='sleep 1000;:' git commit -aq & until [ -e .git/index.lock ]; do :; done");
    server.wait_report("turnEnded");
    EXPECT_EQ(on_origin("git log -1 --format=%an"), "Alice") << "committed by whom the work is committed for";
    EXPECT_FALSE(std::filesystem::exists(root / "machine/workspace/origin/.git/index.lock"));
    message("msg-2", "echo b > b");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(on_origin("git ls-tree --name-only -r"), ".gitignore\nREADME.md\na\nb\nsrc/app.txt");
    EXPECT_EQ(texts("ERROR"), std::vector<std::string>());
    stop();
}

TEST_F(RecoveryTest, ALockOfAGitThatIsAtWorkIsLeftAlone) {
    start("echo a > a");
    server.wait_report("turnEnded");
    const std::filesystem::path checkout = root / "machine/workspace/origin";
    sh(root, "mkfifo words");
    // A person who looks for words, on the agent's machine.
    std::thread person([&] {
        sh(checkout, "echo p >> README.md; GIT_EDITOR='cat \"" + (root / "words").string() + "\" >' git commit -aq");
    });
    sh(checkout, "until [ -e .git/index.lock ]; do :; done");
    message("msg-2", "echo b > b");
    server.wait_report("turnEnded", 2);
    EXPECT_NE(texts("ERROR").at(0).find("the index is locked"), std::string::npos);
    write(root / "words", "Words of a person");
    person.join();
    message("msg-3", "echo c > c");
    server.wait_report("turnEnded", 3);
    stop();
    EXPECT_EQ(on_origin("git log -2 --format=%s"), "echo c > c\nWords of a person");
}

TEST_F(RecoveryTest, ARescueSavesAndEndsWithoutASession) {
    backend->pattern.commit_changes = false;
    start("echo draft > draft.txt; echo a > pushed; git add pushed; git commit -qm Pushed; sleep 1000");
    server.wait_report("commits");
    lose_runner();
    write(root / "machine/home/transcript", "what was said\n");
    next_life();
    start("never", {{"rescue", true}, {"messages", json::array()}});
    const json::object end = ended();
    EXPECT_EQ(end.at("outcome"), "completed");
    EXPECT_EQ(end.at("saved"), true);
    EXPECT_EQ(count("sessionStarted"), 0u);
    EXPECT_EQ(on_origin("git log -1 --format=%s"), "Pushed");
    const json::object snapshot = last("snapshot");
    EXPECT_NE(snapshot.at("repos").at(0).at("uncommitted").as_string(), "");
    EXPECT_EQ(snapshot.at("files").at(0).at("path"), "transcript");
    EXPECT_EQ(read(root / "machine/workspace/origin/draft.txt"), "draft\n") << "the work tree stays as it is";
}

TEST_F(RecoveryTest, ARescueOfAnEmptyMachineHasNothingToLose) {
    start("never", {{"rescue", true}});
    EXPECT_EQ(ended().at("saved"), true);
    EXPECT_FALSE(std::filesystem::exists(root / "machine/workspace/origin"));
}

TEST_F(RecoveryTest, ACheckpointThatMurmurdMissedIsUsedByTheNext) {
    write(root / "machine/session.json", "{\"sessionId\":\"session-1\",\"turn\":3,\"checkpoint\":{\"turns\":3}}\n");
    backend->extra.resume = true;
    start("echo x", {{"checkpoint", json::object{{"turns", 2}}}});
    EXPECT_EQ(server.wait_report("sessionStarted").at("resumed"), true);
    stop();
    EXPECT_EQ(backend->opened.lock()->back().checkpoint, (json::object{{"turns", 3}}));
    next_life();
    start("echo x", {{"sessionId", "session-2"}});
    EXPECT_EQ(server.wait_report("sessionStarted").at("resumed"), false) << "that was another session's";
    stop();
    EXPECT_TRUE(backend->opened.lock()->back().checkpoint.empty());
}

TEST(DeliveryJournal, ForgetsALineThatWasNotFinished) {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / ("journal-" + std::to_string(getpid()));
    std::ofstream(file) << "m-1\nm-2\nm-";
    {
        DeliveryJournal journal(file);
        EXPECT_EQ(journal.earlier(), (std::vector<std::string>{"m-1", "m-2"}));
        EXPECT_FALSE(journal.has_earlier("m-"));
        journal.append({{"m-3", "x"}, {"", "of the host"}});
    }
    EXPECT_EQ(DeliveryJournal(file).earlier(), (std::vector<std::string>{"m-1", "m-2", "m-3"}));
    std::filesystem::remove(file);
}

}
}
