#include <gtest/gtest.h>

#include "api/methods.hpp"
#include "api/spawn_method.hpp"
#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

class SpawnTest : public ApiWorld {
protected:
    SpawnTest() {
        context_->options.substrates = {"fake", "gcp"};
        context_->options.backends = {"command", "codex"};
        context_->options.backend_capabilities["codex"] = {.model_prefixes = {"gpt-"}};
        context_->options.backend_of_model = [](const std::string& model) -> std::string {
            return model.starts_with("gpt-") ? "codex" : "";
        };
        set(acme, "workspace", "web",
            {{"name", "web"},
             {"image_ref", "murmur-debian12-gce"},
             {"environment_ref", "murmur-gcp-small"},
             {"placement", "murmur-gcp-us-west1"},
             {"repos",
              json::array{json::object{{"clone_url", "https://git.test/acme/web.git"},
                                       {"base_branch", "main"},
                                       {"conflict_resolution", "none"}},
                          json::object{{"clone_url", "https://git.test/acme/api"}, {"base_branch", "trunk"}}}}});
    }
    static json::object request(const std::string& slug, json::object more = {}) {
        json::object fields{{"slug", slug}, {"prompt", "do it"}, {"workspace", "web"}, {"substrate", "fake"}};
        for (const auto& field : more) fields.insert_or_assign(field.key(), field.value());
        return fields;
    }
    Agent spawn(const std::string& slug, json::object more = {}, const Caller& caller = member("alice")) {
        const json::object fields = request(slug, std::move(more));
        const json::object answer = spawn_agent(*context_, caller, FieldReader(fields));
        return *reader->find_agent(std::string(answer.at("workflowId").as_string()));
    }
    std::string refusal(const std::string& slug, json::object more, const Caller& caller = member("alice")) {
        try {
            spawn(slug, std::move(more), caller);
        } catch (const Error& error) {
            return std::string(errc_name(error.code())) + ": " + error.message() + " | " + error.hint();
        }
        return "spawned";
    }
    Agent current(const Agent& agent) { return *reader->find_agent(agent.row); }

    /// It had a checkout and made a commit; then it was killed, and its work was saved.
    Agent ended(const std::string& slug, json::object more = {}) {
        const Agent born = spawn(slug, std::move(more));
        EXPECT_FALSE(attach(born, std::make_shared<RecordingSink>()).error);
        json::array repos;
        for (const RepoWork& repo : born.repos)
            repos.push_back(json::object{{"cloneUrl", repo.clone_url},
                                         {"baseBranch", "main"},
                                         {"branch", repo.branch},
                                         {"head", std::string(40, 'a')}});
        report(born, 1, "workspaceReady", {{"repos", std::move(repos)}});
        engine->execute(born.id.workflow_id(), command::Kill{});
        report(born, 2, "sessionEnded", {{"outcome", "completed"}, {"saved", true}});
        while (!is_terminal(current(born).phase)) std::this_thread::yield();
        return current(born);
    }
    std::string add_snapshot(const Agent& agent) {
        SnapshotRecord record;
        record.id = std::string(64, 'b');
        record.incarnation = agent.incarnation;
        record.at = clock.now();
        engine->transact([&](StoreWriter& store) { store.add_snapshot(agent.row, record); });
        return record.id;
    }
    /// "slug code" of each result, "ok" for those that were spawned.
    std::string batch(json::object pattern, json::array items, const Caller& caller = member("alice")) {
        const json::object fields{{"template", std::move(pattern)}, {"items", std::move(items)}};
        const json::object answer = spawn_agents(*context_, caller, FieldReader(fields));
        std::string text;
        for (const json::value& result : answer.at("results").as_array()) {
            const FieldReader reader_of(result.as_object());
            text +=
                (text.empty() ? "" : ", ") + reader_of.get_string("slug") + " " + reader_of.get_string("code", "ok");
        }
        return text;
    }
};

TEST_F(SpawnTest, APersonaApplies) {
    set(acme, "agent-persona", "reviewer",
        {{"prompt", "You review."},
         {"model", "gpt-5-4"},
         {"tools", json::array{"Read", "Grep"}},
         {"disallowed_tools", json::array{"Bash"}},
         {"max_turns", 7},
         {"tasks", json::array{"Read the diff", "Run the tests"}}});
    const Agent agent = spawn("one", {{"persona", "reviewer"},
                                      {"appendSystemPrompt", "Be brief."},
                                      {"tasks", json::array{"Say hello"}},
                                      {"defaults", json::object{{"model", "opus"}, {"backend", "command"}}}});
    EXPECT_EQ(agent.spec.append_system_prompt, "You review.\n\nBe brief.");
    EXPECT_EQ(agent.spec.model, "gpt-5-4");
    EXPECT_EQ(agent.spec.backend, "codex");
    EXPECT_EQ(agent.spec.tools, (std::vector<std::string>{"Read", "Grep"}));
    EXPECT_EQ(agent.spec.disallowed_tools, std::vector<std::string>{"Bash"});
    EXPECT_EQ(agent.spec.max_turns, 7);
    ASSERT_EQ(agent.checklist.tasks.size(), 3u);
    EXPECT_EQ(agent.checklist.tasks[0].subject, "Read the diff");
    EXPECT_EQ(agent.checklist.tasks[2].subject, "Say hello");
    EXPECT_EQ(spawn("two", {{"persona", "reviewer"}, {"model", "opus"}}).spec.backend, "codex")
        << "the model says nothing about the backend, the persona's does";
}

TEST_F(SpawnTest, WhatWorkspaceAndPersonaSayCountsWhereNothingStrongerDoes) {
    set(acme, "workspace", "own",
        {{"name", "own"},
         {"image_ref", "murmur-debian12-gce"},
         {"environment_ref", "murmur-gcp-small"},
         {"placement", "murmur-gcp-us-west1"},
         {"repos", json::array{json::object{{"clone_url", "https://git.test/acme/own"}, {"base_branch", "main"}}}},
         {"model", "of-workspace"},
         {"backend", "codex"},
         {"on_idle", "keep-alive"}});
    set(acme, "agent-persona", "finisher", {{"prompt", "You finish."}, {"on_idle", "terminate"}});
    const json::object defaults{{"model", "of-file"}, {"backend", "command"}, {"onIdle", "sleep"}};
    const Agent one = spawn("one", {{"workspace", "own"}, {"defaults", defaults}});
    EXPECT_EQ(one.spec.model + " " + one.spec.backend, "of-workspace codex");
    EXPECT_EQ(one.on_idle, OnIdle::keep_alive);
    const Agent two = spawn("two", {{"workspace", "own"}, {"persona", "finisher"}, {"model", "of-flag"}});
    EXPECT_EQ(two.spec.model + " " + two.spec.backend, "of-flag codex");
    EXPECT_EQ(two.on_idle, OnIdle::terminate);
    EXPECT_EQ(spawn("three", {{"workspace", "own"}, {"persona", "finisher"}, {"onIdle", "sleep"}}).on_idle,
              OnIdle::sleep);
}

TEST_F(SpawnTest, AMissingPersonaIsNotFoundWithTheNearest) {
    set(acme, "agent-persona", "reviewer", {{"prompt", "You review."}});
    EXPECT_EQ(refusal("one", {{"persona", "reviewr"}}),
              "not_found: agent-persona \"reviewr\" not found | Did you mean \"reviewer\"?");
}

TEST_F(SpawnTest, RepositoriesFollowRequestThenRepoConfigThenWorkspace) {
    set(acme, "repo-config", "https://git.test/acme/api",
        {{"clone_url", "https://git.test/acme/api"}, {"conflict_resolution", "rebase"}, {"base_branch", "next"}});
    const Agent agent = spawn("one");
    ASSERT_EQ(agent.repos.size(), 2u);
    EXPECT_EQ(agent.repos[0].conflict_resolution, ConflictResolution::none);
    EXPECT_EQ(agent.repos[0].base_branch, "main");
    EXPECT_EQ(agent.repos[1].conflict_resolution, ConflictResolution::rebase);
    EXPECT_EQ(agent.repos[1].base_branch, "next");
    const json::array repos{
        json::object{{"cloneUrl", "https://git.test/acme/api.git"}, {"conflictResolution", "merge"}},
        json::object{{"cloneUrl", "https://git.test/acme/other"}}};
    const Agent other = spawn("two", {{"repos", repos}});
    EXPECT_EQ(other.repos[0].conflict_resolution, ConflictResolution::merge);
    EXPECT_EQ(other.repos[0].base_branch, "next") << "the same repository, spelt with .git";
    EXPECT_EQ(other.repos[1].conflict_resolution, ConflictResolution::merge);
    EXPECT_EQ(other.repos[1].base_branch, "");
}

TEST_F(SpawnTest, TheMachinesPriceIsThatOfItsRegion) {
    EXPECT_GT(spawn("one", {{"substrate", "gcp"}}).spec.machine_price, 0);
    EXPECT_EQ(spawn("two").spec.machine_price, 0) << "another place than the workspace's";
}

TEST_F(SpawnTest, ARunningSlugIsRefusedWithTheWayOut) {
    spawn("one");
    const std::string text = refusal("one", {});
    EXPECT_EQ(text.substr(0, 27), "already_exists: agent \"one\"");
    EXPECT_NE(text.find("murmur queue add one"), std::string::npos) << text;
    EXPECT_NE(refusal("one", {{"resurrect", true}}).find("murmur queue add one"), std::string::npos);
}

TEST_F(SpawnTest, ResurrectKeepsWhatItWasAndTakesWhatIsGiven) {
    const Agent old = ended("one", {{"model", "opus"},
                                    {"purpose", "old"},
                                    {"onIdle", "keep-alive"},
                                    {"budget", json::object{{"maxTurns", 5}}},
                                    {"env", json::array{json::object{{"name", "A"}, {"value", "1"}}}}});
    const std::string snapshot = add_snapshot(old);
    const Agent again = spawn("one", {{"resurrect", true},
                                      {"purpose", "new"},
                                      {"defaults", json::object{{"model", "haiku"}, {"onIdle", "terminate"}}},
                                      {"budget", json::object{{"maxCostUsd", 3}}}});
    EXPECT_EQ(again.row, old.row);
    EXPECT_EQ(again.incarnation, old.incarnation + 1);
    EXPECT_EQ(again.spec.model, "opus");
    EXPECT_EQ(again.spec.purpose, "new");
    EXPECT_EQ(again.spec.restore, snapshot);
    EXPECT_EQ(again.spec.sealed_environment, old.spec.sealed_environment);
    EXPECT_EQ(again.on_idle, OnIdle::keep_alive);
    EXPECT_EQ(again.budget, (Budget{3, 5, 0, 0}));
    EXPECT_EQ(again.repos.front().branch, old.repos.front().branch);
    EXPECT_EQ(again.session_id, old.session_id);
}

TEST_F(SpawnTest, ResurrectIsRefusedByName) {
    EXPECT_EQ(refusal("none", {{"resurrect", true}}).substr(0, 11), "not_found: ");
    const Agent unborn = spawn("unborn");
    engine->execute(unborn.id.workflow_id(), command::Kill{});
    while (!is_terminal(current(unborn).phase)) std::this_thread::yield();
    EXPECT_EQ(refusal("unborn", {{"resurrect", true}}).substr(0, 74),
              "failed_precondition: agent \"unborn\" never ran: there is nothing to go on w");
    ended("one");
    EXPECT_NE(refusal("one", {{"resurrect", true}, {"backend", "codex"}}).find("has a session of backend \"command\""),
              std::string::npos);
    EXPECT_NE(refusal("one", {{"resurrect", true},
                              {"repos", json::array{json::object{{"cloneUrl", "https://git.test/acme/new"}}}}})
                  .find("goes on with its own repositories"),
              std::string::npos);
    EXPECT_EQ(spawn("one", {{"resurrect", true}}).spec.restore, "") << "from the pushed branch alone";
}

TEST_F(SpawnTest, AForkBeginsFromTheNewestSnapshotOfAnAgentThatMayRun) {
    const Agent source = spawn("source", {{"model", "opus"}});
    EXPECT_EQ(refusal("copy", {{"forkFrom", "source"}}).substr(0, 58),
              "failed_precondition: agent \"source\" has no snapshot yet | ");
    EXPECT_NE(refusal("copy", {{"forkFrom", "sourc"}}).find("Did you mean \"source\"?"), std::string::npos);
    const std::string snapshot = add_snapshot(source);
    const Agent copy = spawn("copy", {{"forkFrom", "source"}, {"defaults", json::object{{"model", "haiku"}}}});
    EXPECT_EQ(copy.spec.restore, snapshot);
    EXPECT_TRUE(copy.spec.is_fork);
    EXPECT_EQ(copy.spec.model, "opus");
    EXPECT_NE(copy.session_id, source.session_id);
    EXPECT_EQ(copy.repos.size(), source.repos.size());
    EXPECT_NE(copy.repos.front().branch, source.repos.front().branch);
    EXPECT_NE(refusal("third", {{"forkFrom", "source"}, {"model", "gpt-5-4"}}).find("cannot go on with"),
              std::string::npos);
}

TEST_F(SpawnTest, AChildRunsWhatItsParentRunsUntilSomethingElseIsSaid) {
    const json::object own{{"command", json::array{"./agent"}}};
    const Agent parent = spawn("lead", {{"backend", "codex"}, {"model", "gpt-5-4"}, {"backendSettings", own}});
    const Caller itself = caller_of(agent_principal(parent.id));
    const Agent child = spawn("same", {}, itself);
    EXPECT_EQ(child.spec.backend, "codex");
    EXPECT_EQ(child.spec.model, "gpt-5-4");
    EXPECT_EQ(child.spec.backend_settings, own);

    const json::object preset{{"preset", "aider"}};
    const json::object defaults{{"backend", "command"}, {"backends", json::object{{"command", preset}}}};
    const Agent other = spawn("other", {{"defaults", defaults}}, itself);
    EXPECT_EQ(other.spec.backend, "command");
    EXPECT_EQ(other.spec.model, "");
    EXPECT_EQ(other.spec.backend_settings, preset);
}

TEST_F(SpawnTest, AForkHasTheSettingsOfItsSource) {
    const json::object own{{"command", json::array{"./agent"}}};
    add_snapshot(spawn("source", {{"backendSettings", own}}));
    EXPECT_EQ(spawn("copy", {{"forkFrom", "source"}}).spec.backend_settings, own);
}

TEST_F(SpawnTest, AServiceProfileIsLentToWhoMayAssumeIt) {
    set(acme, "service-profile", "ci-bot", {{"name", "ci-bot"}, {"git_name", "CI"}, {"git_email", "ci@acme.test"}});
    EXPECT_EQ(refusal("one", {{"serviceProfile", "ci-bot"}}).substr(0, 64),
              "permission_denied: user:alice may not service-profile.assume on ");
    const Agent agent = spawn("one", {{"serviceProfile", "ci-bot"}, {"gitName", "Root"}}, admin());
    EXPECT_EQ(agent.id.workflow_id(), "github_app/acme/w/web/service_profile/ci-bot/one");
    EXPECT_EQ(agent.repos.front().branch, "murmur/w/web/s/ci-bot/one");
    EXPECT_EQ(agent.spec.git_name, "CI");
    EXPECT_EQ(agent.spec.git_email, "ci@acme.test");
    EXPECT_EQ(agent.spec.service_profile, "ci-bot");
    EXPECT_EQ(refusal("two", {{"serviceProfile", "ci-bt"}}, admin()).substr(0, 37),
              "not_found: service-profile \"ci-bt\" no");
}

TEST_F(SpawnTest, AForkHasACopyOfTheChecklistAndWhatAPersonaBringsOnce) {
    for (const char* name : {"reviewer", "tester"})
        set(acme, "agent-persona", name, {{"tasks", json::array{std::string("Be a ") + name}}});
    const auto subjects_of = [](const Agent& agent) {
        std::string text;
        for (const Task& task : agent.checklist.tasks) text += task.id + " " + task.subject + "\n";
        return text;
    };
    const Agent source = spawn("source", {{"persona", "reviewer"}, {"tasks", json::array{"Say hello"}}});
    engine->execute(source.id.workflow_id(), command::UpdateTask{.id = "1", .status = TaskStatus::completed});
    add_snapshot(source);
    const Agent copy = spawn("copy", {{"forkFrom", "source"}, {"tasks", json::array{"Say goodbye"}}});
    EXPECT_EQ(subjects_of(copy), "1 Be a reviewer\n2 Say hello\n3 Say goodbye\n");
    EXPECT_EQ(copy.checklist.tasks[0].status, TaskStatus::completed);
    EXPECT_EQ(subjects_of(spawn("same", {{"forkFrom", "source"}, {"persona", "reviewer"}})),
              "1 Be a reviewer\n2 Say hello\n");
    EXPECT_EQ(subjects_of(spawn("other", {{"forkFrom", "source"}, {"persona", "tester"}})),
              "1 Be a reviewer\n2 Say hello\n3 Be a tester\n");
    EXPECT_EQ(subjects_of(current(source)), "1 Be a reviewer\n2 Say hello\n");

    const Agent old = ended("old", {{"persona", "reviewer"}});
    EXPECT_EQ(subjects_of(spawn("old", {{"resurrect", true}, {"persona", "reviewer"}})), "1 Be a reviewer\n");
}

TEST_F(SpawnTest, WhoMayAssumeAProfileMakesNoMoreAgentsAsItThanAsThemselves) {
    set(acme, "service-profile", "build-bot", {{"name", "build-bot"}});
    set(acme, "tenant-binding", "lends",
        {{"name", "lends"},
         {"grant", json::object{{"users", json::array{"service-profile:ci-bot"}},
                                {"inline", json::object{{"permissions",
                                                         json::array{"service-profile.assume", "agent.read"}}}}}}});
    add_snapshot(spawn("source", {{"serviceProfile", "build-bot"}}, admin()));
    const std::string denied = "permission_denied: service-profile:ci-bot may not agent.create on ";
    for (const char* mode : {"", "resurrect", "forceNew"}) {
        json::object more{{"serviceProfile", "build-bot"}};
        if (*mode) more[mode] = true;
        EXPECT_EQ(refusal("source", more, profile("ci-bot")).substr(0, denied.size()), denied) << mode;
    }
    const json::object fork{{"serviceProfile", "build-bot"}, {"forkFrom", "/w/web/s/build-bot/source"}};
    EXPECT_EQ(refusal("copy", fork, profile("ci-bot")).substr(0, denied.size()), denied);
    EXPECT_THROW(batch({{"serviceProfile", "build-bot"}, {"workspace", "web"}},
                       {json::object{{"slug", "one"}, {"prompt", "do it"}}}, profile("ci-bot")),
                 Error);
}

TEST_F(SpawnTest, ServiceAgentsAreFoundByTheirSlugAlone) {
    set(acme, "service-profile", "ci-bot", {{"name", "ci-bot"}});
    set(acme, "tenant-binding", "alice-lends-ci",
        {{"name", "alice-lends-ci"},
         {"grant", json::object{{"users", json::array{"alice"}},
                                {"inline", json::object{{"permissions", json::array{"service-profile.assume"}}}}}}});
    spawn("nightly", {{"serviceProfile", "ci-bot"}});
    const json::object about{{"agent", json::object{{"slug", "nightly"}, {"service", true}}}};
    for (const UnaryMethod& method : unary_methods())
        if (method.name == "GetAgent" || method.name == "KillAgent") {
            EXPECT_NO_THROW(method.call(*context_, member("alice"), FieldReader(about))) << method.name;
            const bool may = method.name == "GetAgent";  // every member reads
            if (may) {
                EXPECT_NO_THROW(method.call(*context_, member("bob"), FieldReader(about)));
            } else {
                EXPECT_THROW(method.call(*context_, member("bob"), FieldReader(about)), Error);
            }
        }
    const json::object own{{"agent", json::object{{"slug", "nightly"}}}};
    for (const UnaryMethod& method : unary_methods())
        if (method.name == "GetAgent") {
            EXPECT_THROW(method.call(*context_, member("alice"), FieldReader(own)), Error);
        }
}

TEST_F(SpawnTest, ManyAtOnceAreAnsweredOneByOne) {
    spawn("taken");
    const json::array items{json::object{{"slug", "a"}, {"prompt", "x"}}, json::object{{"slug", "Bad"}},
                            json::object{{"slug", "a"}}, json::object{{"slug", "taken"}}, json::object{{"slug", "b"}}};
    EXPECT_EQ(batch({{"workspace", "web"}, {"substrate", "fake"}}, items),
              "a ok, Bad invalid_argument, a already_exists, taken already_exists, b ok");
    EXPECT_EQ(reader->find_agent("github_app/acme/w/web/github_oauth/alice/a")->spec.prompt, "x");
}

TEST_F(SpawnTest, WhatIsWrongForAllRefusesTheCall) {
    const json::array items{json::object{{"slug", "a"}}};
    EXPECT_THROW(batch({{"workspace", "nowhere"}}, items), Error);
    EXPECT_THROW(batch({{"workspace", "web"}, {"persona", "nobody"}}, items), Error);
    EXPECT_THROW(batch({{"workspace", "web"}, {"resurrect", true}}, items), Error);
    EXPECT_THROW(batch({{"workspace", "web"}, {"slug", "x"}}, items), Error);
    EXPECT_THROW(batch({{"workspace", "web"}}, {}), Error);
    EXPECT_THROW(batch({{"workspace", "web"}, {"substrate", "fake"}}, items, profile("ci-bot")), Error);
    EXPECT_TRUE(reader->list_agents({"github_app/acme", "", "", true}).empty());
}

TEST_F(SpawnTest, LimitsCountWithinACall) {
    set(acme, "pool-config", "default", {{"max_agents_per_developer", 3}});
    spawn("one");
    json::array items;
    for (const char* slug : {"a", "b", "c", "one"}) items.push_back(json::object{{"slug", slug}});
    EXPECT_EQ(batch({{"workspace", "web"}, {"substrate", "fake"}}, items),
              "a ok, b ok, c resource_exhausted, one already_exists");
}

TEST_F(SpawnTest, AChildIsAdoptedByItsParentOrNotMade) {
    const Agent parent = spawn("parent");
    const Caller itself = caller_of(agent_principal(parent.id));
    const Agent child = spawn("child", {{"workspace", ""}}, itself);
    EXPECT_EQ(child.id.slug(), "parent/child");
    EXPECT_EQ(child.repos.front().branch, "murmur/w/web/u/alice/parent-child");
    ASSERT_EQ(current(parent).family.children.size(), 1u);
    EXPECT_EQ(current(parent).family.children.front().workflow_id, child.id.workflow_id());
    EXPECT_EQ(batch({{"substrate", "fake"}}, {json::object{{"slug", "x"}}, json::object{{"slug", "y"}}}, itself),
              "x ok, y ok");
    EXPECT_EQ(current(parent).family.children.size(), 3u);
    EXPECT_NE(refusal("child", {{"workspace", ""}}, itself).find("already_exists"), std::string::npos);
    EXPECT_EQ(current(parent).family.children.size(), 3u);
}

}
}
