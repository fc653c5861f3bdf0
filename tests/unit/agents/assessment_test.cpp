#include "agents/assessment.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(Assessment, ReadsVerdictsHoweverTheyAreDressed) {
    for (const char* answer :
         {"VERDICT: done", "verdict: Done.", "**VERDICT: done**", "# Verdict: done\nall of it", "done", "`Done`",
          "\n\n  VERDICT:done\r\nyes", "VERDICT - completed", "I have looked at everything.\n\nVERDICT: done\nwhy"})
        EXPECT_EQ(parse_assessment(answer).verdict, Verdict::done) << answer;
    for (const char* answer : {"VERDICT: not done", "VERDICT: NOT DONE\nthe tests are missing", "**Verdict:** not done",
                               "not_done", "> VERDICT: not done", "Incomplete", "Let me see.\nVERDICT: not done"})
        EXPECT_EQ(parse_assessment(answer).verdict, Verdict::not_done) << answer;
}

TEST(Assessment, WhatSaysNoVerdictIsUnreadable) {
    for (const char* answer : {"", "\n \n", "It looks fine to me", "undoneable", "doneness is a virtue",
                               "VERDICT:", "VERDICT: maybe", "The task is not done yet"})
        EXPECT_EQ(parse_assessment(answer).verdict, Verdict::unreadable) << answer;
    EXPECT_EQ(parse_assessment(" It looks fine \n").why, "It looks fine");
}

TEST(Assessment, SaysWhy) {
    EXPECT_EQ(parse_assessment("VERDICT: not done\n\nThe tests fail.\nSo does the build.\n").why,
              "The tests fail.\nSo does the build.");
    EXPECT_EQ(parse_assessment("VERDICT: not done, the tests fail").why, "VERDICT: not done, the tests fail");
    EXPECT_EQ(parse_assessment("Hm.\nVERDICT: not done\nThe tests fail.").why, "The tests fail.");
}

TEST(Assessment, ThePromptHasEverythingAndTheForm) {
    Agent agent;
    agent.spec.prompt = "Fix the login";
    agent.spec.expected_output = "pr";
    agent.working_on = "Also the logout";
    agent.response = "All fixed.";
    agent.commits = {{"/srv/web.git", "0123456789abcdef", "login: fixed", true}};
    agent.checklist.tasks = {{.id = "1", .subject = "Write tests", .status = TaskStatus::completed},
                             {.id = "2", .subject = "Gone", .status = TaskStatus::deleted},
                             {.id = "3", .subject = "Not yet", .is_dormant = true}};
    const std::string prompt = assessment_prompt(agent);
    for (const char* part : {"Fix the login", "Also the logout", "All fixed.", "0123456789 login: fixed",
                             "1. [completed] Write tests", "pr", "\nVERDICT: done\n", "\nVERDICT: not done\n"})
        EXPECT_NE(prompt.find(part), std::string::npos) << part;
    EXPECT_EQ(prompt.find("Gone"), std::string::npos);
    EXPECT_EQ(prompt.find("Not yet"), std::string::npos);
    agent.response = std::string(1 << 20, 'x');
    EXPECT_LT(assessment_prompt(agent).size(), 40'000u);
}

}
}
