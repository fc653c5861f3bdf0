#include "runner/report_texts.hpp"

#include <gtest/gtest.h>

#include "runner/reports.hpp"

namespace murmur::runner {
namespace {

const Redactor& redactor() {
    static const Redactor made({Secret("abcdefghij")});
    return made;
}

json::object finished(json::object report) {
    finish_report(report, redactor());
    return report;
}

TEST(ReportTexts, EveryTextOfEveryReport) {
    const std::string value = "abcdefghij";
    const Error error = Error(Errc::unavailable, "message " + value).in("context " + value).with_hint("hint " + value);
    SessionEvent event{.text = "text " + value};
    event.data = {{value, json::array{value, 1}}, {"kind", value}};
    TurnResult result{.success = false, .stop_reason = "reason " + value, .response = "response " + value};
    for (const json::object& report :
         {reports::preparing("clone", value), reports::session_event(event),
          reports::turn_started(1, {{"m", value}}, 7), reports::turn_ended({.turn = 1, .stderr_tail = value}, result),
          reports::commits("https://example.org/x.git", {{"1234", "subject " + value, {"file-" + value}}}),
          reports::push_failed("https://example.org/x.git", "branch", error),
          reports::checkpoint({{"state", json::object{{"deep", value}}}}),
          reports::session_ended({.error = error, .stderr_tail = value}, true)}) {
        const std::string text = json::serialize(finished(report));
        EXPECT_EQ(text.find(value), std::string::npos) << text;
        EXPECT_NE(text.find(redactor().mark()), std::string::npos) << text;
    }
}

TEST(ReportTexts, WhatMurmurdFindsThingsByStays) {
    const std::string value = "abcdefghij";
    for (const json::object& report :
         {reports::pushed("https://example.org/" + value, value, value),
          reports::session_started({.backend = value, .session_id = value, .delivered = {value}})})
        EXPECT_EQ(finished(report), report);
}

TEST(ReportTexts, AValueThatTheLimitCutsInTwoIsNotInIt) {
    const json::object report =
        finished(reports::session_event({.text = std::string((64 << 10) - 4, 'x') + "abcdefghij"}));
    const std::string text(report.at("sessionEvent").at("text").as_string());
    EXPECT_EQ(text, std::string((64 << 10) - 4, 'x') + "[red…");
    const json::object cut = finished(reports::session_event({.text = "Bash(curl -H abcdefg…"}));
    EXPECT_EQ(cut.at("sessionEvent").at("text"), "Bash(curl -H [redacted]…");
}

TEST(ReportTexts, LongTextsAndDataAreCut) {
    SessionEvent event{.text = std::string(100'000, 'x')};
    event.data = {{"input", std::string(100'000, 'y')}};
    const json::object report = finished(reports::session_event(event));
    EXPECT_EQ(report.at("sessionEvent").at("text").as_string().size(), (64 << 10) + std::string_view("…").size());
    EXPECT_EQ(report.at("sessionEvent").at("data"), (json::object{{"cutBytes", 100'012}}));
}

}
}
