#include "api/spawn_choices.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

/// Two backends that know their models and one that runs any.
ApiOptions three_backends() {
    ApiOptions options;
    options.default_backend = "command";
    options.backends = {"claude", "codex", "command"};
    options.backend_capabilities["claude"] = {.interactive = true,
                                              .model_prefixes = {"claude-"},
                                              .reasoning_efforts = {"low", "medium", "high", "xhigh", "max"}};
    options.backend_capabilities["codex"] = {.model_prefixes = {"gpt-"},
                                             .reasoning_efforts = {"low", "medium", "high", "xhigh"}};
    options.backend_capabilities["command"] = {};
    options.backend_of_model = [](const std::string& model) -> std::string {
        if (model.starts_with("claude-")) return "claude";
        return model.starts_with("gpt-") ? "codex" : "";
    };
    return options;
}

SpawnWishes wish(std::string model, std::string backend = "") { return {std::move(model), std::move(backend)}; }

/// "model/backend", or the error's message.
std::string chosen(const std::vector<SpawnWishes>& wishes) {
    try {
        const SpawnChoices choices = choose_spawn(wishes, three_backends());
        return choices.model + "/" + choices.backend;
    } catch (const Error& error) {
        return error.message();
    }
}

// The places, the strongest first: request, persona, workspace, murmur.yaml.

TEST(SpawnChoices, ModelAndBackendOfTheStrongestPlace) {
    const SpawnWishes none;
    struct Row {
        std::vector<SpawnWishes> wishes;
        std::string expected;
    };
    const std::vector<Row> rows{
        {{none, none, none, none}, "/command"},
        {{none, none, none, wish("opus")}, "opus/command"},
        {{none, none, wish("sonnet"), wish("opus")}, "sonnet/command"},
        {{none, wish("haiku"), wish("sonnet"), wish("opus")}, "haiku/command"},
        {{wish("any"), wish("haiku"), wish("sonnet"), wish("opus")}, "any/command"},
        {{none, none, none, wish("", "codex")}, "/codex"},
        {{none, none, wish("", "claude"), wish("", "codex")}, "/claude"},
        {{none, wish("", "codex"), wish("", "claude"), wish("", "codex")}, "/codex"},
        {{wish("", "claude"), wish("", "codex"), none, none}, "/claude"},
        // A model implies its backend, in the place where it stands.
        {{wish("gpt-5-4"), none, none, wish("", "claude")}, "gpt-5-4/codex"},
        {{none, wish("claude-opus-4-6"), wish("", "codex"), none}, "claude-opus-4-6/claude"},
        {{none, none, wish("gpt-5-4"), wish("", "claude")}, "gpt-5-4/codex"},
        {{none, none, none, wish("claude-opus-4-6", "")}, "claude-opus-4-6/claude"},
        // A weaker place's model for another backend is passed over for the next that fits.
        {{wish("", "codex"), wish("claude-opus-4-6"), none, wish("gpt-5-4")}, "gpt-5-4/codex"},
        {{wish("", "codex"), none, none, wish("claude-opus-4-6")}, "/codex"},
        // One without models of its own runs what it is given.
        {{wish("", "command"), none, none, wish("claude-opus-4-6")}, "claude-opus-4-6/command"},
        {{wish("claude-opus-4-6", "command"), none, none, none}, "claude-opus-4-6/command"},
        // Together in one place they must fit.
        {{wish("gpt-5-4", "claude"), none, none, none}, "backend \"claude\" does not run model \"gpt-5-4\""},
        {{none, none, wish("gpt-5-4", "claude"), none}, "backend \"claude\" does not run model \"gpt-5-4\""},
        {{wish("", "cloude"), none, none, none}, "backend \"cloude\" not found"},
    };
    for (const Row& row : rows) EXPECT_EQ(chosen(row.wishes), row.expected) << &row - rows.data();
}

TEST(SpawnChoices, OnIdleOfTheStrongestPlace) {
    const auto idle = [](std::vector<std::optional<OnIdle>> places) {
        std::vector<SpawnWishes> wishes(4);
        for (std::size_t i = 0; i < places.size(); ++i) wishes[i].on_idle = places[i];
        return on_idle_name(choose_spawn(wishes, three_backends()).on_idle);
    };
    EXPECT_EQ(idle({}), "sleep");
    EXPECT_EQ(idle({{}, {}, {}, OnIdle::keep_alive}), "keep-alive");
    EXPECT_EQ(idle({{}, {}, OnIdle::terminate, OnIdle::keep_alive}), "terminate");
    EXPECT_EQ(idle({{}, OnIdle::terminate_when_prs_resolved, OnIdle::terminate, {}}), "terminate-when-prs-resolved");
    EXPECT_EQ(idle({OnIdle::sleep, OnIdle::terminate, OnIdle::terminate, OnIdle::terminate}), "sleep");
}

TEST(SpawnChoices, EachLimitOfTheStrongestPlaceThatHasIt) {
    std::vector<SpawnWishes> wishes(4);
    wishes[0].budget = {5, 0, 0, 0};
    wishes[1].budget = {9, 20, 0, 0};
    wishes[2].budget = {9, 90, 60'000, 0};
    wishes[3].budget = {9, 90, 90'000, 3};
    EXPECT_EQ(choose_spawn(wishes, three_backends()).budget, (Budget{5, 20, 60'000, 3}));
}

TEST(SpawnChoices, WhatABackendIsKnownNotToDo) {
    const auto complaint = [](const std::string& backend, AgentSpec spec) -> std::string {
        try {
            check_backend_can(backend, spec, three_backends());
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "";
    };
    AgentSpec interactive;
    interactive.session_mode = "interactive";
    EXPECT_EQ(complaint("claude", interactive), "");
    EXPECT_EQ(complaint("codex", interactive).substr(0, 46), "backend \"codex\" has no interactive sessions | ");
    AgentSpec effort;
    effort.reasoning_effort = "max";
    EXPECT_EQ(complaint("claude", effort), "");
    EXPECT_EQ(complaint("command", effort), "");
    EXPECT_EQ(complaint("codex", effort),
              "backend \"codex\" has no reasoning effort \"max\", but low, medium, high, xhigh | ");
    effort.reasoning_effort = "hihg";
    EXPECT_NE(complaint("claude", effort).find("Did you mean \"high\"?"), std::string::npos);
}

}
}
