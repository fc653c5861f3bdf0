#include "agents/agent_id.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

#include "agents/agent.hpp"

namespace murmur {
namespace {

TEST(AgentId, SaysWhoItIs) {
    AgentId id{{"local", "alice"}, "local", "alice", "web", {"fix"}};
    EXPECT_EQ(id.workflow_id(), "local/alice/w/web/fix");
    EXPECT_EQ(id.branch(), "murmur/w/web/u/alice/fix");
    id.tenant = {"github_app", "acme"};
    id.owner_provider = "github_oauth";
    id.path = {"lead", "helper"};
    EXPECT_EQ(id.workflow_id(), "github_app/acme/w/web/github_oauth/alice/lead/helper");
    EXPECT_EQ(id.branch(), "murmur/w/web/u/alice/lead-helper");
    id.owner_provider = "service_profile";
    EXPECT_EQ(id.branch(), "murmur/w/web/s/alice/lead-helper");
}

TEST(AgentId, SlugsFollowTheRule) {
    for (const std::string& good : std::vector<std::string>{"a", "fix-typo", "a1", "a" + std::string(62, 'b')})
        EXPECT_NO_THROW(check_slug(good)) << good;
    for (const std::string& bad : std::vector<std::string>{"", "A", "1a", "-a", "a_b", "a b", "ä", "a/b"})
        EXPECT_THROW(check_slug(bad), Error) << bad;
    EXPECT_THROW(check_slug("a" + std::string(63, 'b')), Error);
    try {
        check_slug("Fix_Typo");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.hint().find("\"fix-typo\""), std::string::npos) << error.hint();
    }
}

TEST(AgentId, AWorkspaceIsNamedAfterItsRepository) {
    EXPECT_EQ(workspace_name_of("https://github.com/acme/Back_End.git"), "back-end");
    EXPECT_EQ(workspace_name_of("git@host:web.git"), "web");
    EXPECT_EQ(workspace_name_of("/srv/git/site/"), "site");
    EXPECT_EQ(workspace_name_of("/home/a/project/.git"), "project");
    EXPECT_EQ(workspace_name_of("/srv/123"), "workspace");
}

TEST(EventPosition, IsReadAsPrinted) {
    EXPECT_EQ(parse_event_position(""), (EventPosition{0, 0}));
    EXPECT_EQ(parse_event_position("0"), (EventPosition{0, 0}));
    EXPECT_EQ(parse_event_position("17-2"), (EventPosition{17, 2}));
    EXPECT_EQ(parse_event_position(EventPosition{17, 2}.text()), (EventPosition{17, 2}));
    for (const char* bad : {"x", "1-", "-1", "1-x", "1 2", "99999999999999999999"})
        EXPECT_THROW(parse_event_position(bad), Error) << bad;
}

TEST(OnIdle, AcceptsBothSpellingsAndNamesTheNearest) {
    EXPECT_EQ(parse_on_idle("keep_alive"), OnIdle::keep_alive);
    EXPECT_EQ(parse_on_idle("keep-alive"), OnIdle::keep_alive);
    try {
        parse_on_idle("keepalive");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(), "Did you mean \"keep-alive\"?");
    }
}

}
}
