#include <gtest/gtest.h>

#include <barrier>

#include "api/spawn_method.hpp"
#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

/// An agent is in a workspace that is there, whoever is quicker.
class WorkspaceHoldTest : public ApiWorld {
protected:
    void set_workspace(const std::string& name) {
        set(acme, "workspace", name,
            {{"name", name},
             {"image_ref", "murmur-debian12-gce"},
             {"environment_ref", "murmur-gcp-small"},
             {"placement", "murmur-gcp-us-west1"},
             {"repos",
              json::array{json::object{{"clone_url", "https://git.test/acme/web"}, {"base_branch", "main"}}}}});
    }
    static ResourceKey key_of(const std::string& workspace) { return {tenant_key(acme), "workspace", "", workspace}; }
    /// Empty: it was done.
    template <class Work>
    static std::string refusal(Work work) {
        try {
            work();
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }
    std::string spawn(const std::string& slug, const std::string& workspace, bool as_batch = false) {
        json::object fields{{"workspace", workspace}, {"substrate", "fake"}};
        if (!as_batch) {
            fields.emplace("slug", slug);
            fields.emplace("prompt", "do it");
            return refusal([&] { spawn_agent(*context_, member("alice"), FieldReader(fields)); });
        }
        const json::object request{{"template", std::move(fields)},
                                   {"items", json::array{json::object{{"slug", slug}, {"prompt", "do it"}}}}};
        std::string refused;
        const std::string thrown = refusal([&] {
            const json::object answer = spawn_agents(*context_, member("alice"), FieldReader(request));
            const json::object& result = answer.at("results").as_array().front().as_object();
            if (const json::value* message = result.if_contains("message")) refused = message->as_string().c_str();
        });
        return thrown.empty() ? refused : thrown;
    }
    std::string remove(const std::string& workspace) {
        return refusal([&] { catalog_->remove(key_of(workspace), {"operator", {}}); });
    }
};

TEST_F(WorkspaceHoldTest, OneThatIsRemovedBetweenTheLookAndTheSpawnRefusesTheSpawn) {
    for (const bool as_batch : {false, true}) {
        set_workspace("web");
        std::promise<void> begun, go;
        // Removes it when the spawn has seen it, and waits for what comes next.
        std::promise<void> removed;
        engine->submit_change(
            [&](StoreWriter& store) {
                begun.set_value();
                go.get_future().wait();
                ResourceRow row = *store.resources().find_resource(key_of("web"));
                row.removed = true;
                ++row.generation;
                store.resources().put_resource(row, {});
            },
            [&](const Outcome&) { removed.set_value(); });
        begun.get_future().wait();
        std::string refused;
        std::jthread spawning([&] { refused = spawn("one", "web", as_batch); });
        while (!engine->has_work()) std::this_thread::yield();
        go.set_value();
        removed.get_future().wait();
        spawning.join();
        EXPECT_EQ(refused, "workspace \"web\" not found") << as_batch;
        EXPECT_TRUE(reader->list_agents({tenant_key(acme), "", "", true}).empty());
    }
}

TEST_F(WorkspaceHoldTest, OfSpawnsAndRemovalsAtOnceNoAgentIsLeftWithoutAWorkspace) {
    constexpr int rounds = 60;
    constexpr int spawners = 3;
    int agents = 0, removals = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string workspace = "w" + std::to_string(round);
        set_workspace(workspace);
        std::barrier start(spawners + 1);
        std::vector<std::string> refusals(spawners);
        std::string kept;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < spawners; ++i)
                threads.emplace_back([&, i] {
                    start.arrive_and_wait();
                    refusals[static_cast<std::size_t>(i)] =
                        spawn("r" + std::to_string(round) + "-" + std::to_string(i), workspace, i == 0);
                });
            threads.emplace_back([&] {
                start.arrive_and_wait();
                kept = remove(workspace);
            });
        }
        const bool is_there = catalog_->find(key_of(workspace)).has_value();
        const std::size_t alive = reader->list_agents({tenant_key(acme), workspace, "", false}).size();
        EXPECT_EQ(is_there, alive > 0) << workspace << " and " << alive << " agents";
        EXPECT_EQ(is_there, !kept.empty()) << kept;
        for (const std::string& refused : refusals)
            EXPECT_TRUE(refused.empty() || refused == "workspace \"" + workspace + "\" not found") << refused;
        agents += static_cast<int>(alive);
        removals += !is_there;
    }
    RecordProperty("agents", agents);
    RecordProperty("removals", removals);
}

}
}
