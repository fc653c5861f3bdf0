#include "api/secret_delivery.hpp"

#include "api/assignment.hpp"
#include "api/caller.hpp"
#include "unit/secrets/vault_world.hpp"

namespace murmur {
namespace {

class SecretDeliveryTest : public VaultWorld {
protected:
    SecretDeliveryTest() {
        agent.id = {{"github_app", "acme"}, "github_app", "alice", "api", {"fix"}};
        agent.repos = {{"https://example.org/api.git", "main", "b", ""}};
    }
    void put(const std::string& kind, const std::string& name, const std::string& body) {
        ResourceRow resource;
        resource.key = {"github_app/acme", kind, "", name};
        resource.generation = 1;
        resource.body = body;
        transact([&](ResourceWriter& writer) { writer.put_resource(resource, {}); });
    }
    void put_workspace(const std::string& body) { put("workspace", "api", body); }
    static ResourceKey own(const std::string& name, const std::string& owner = "alice") {
        return {"github_app/acme", "user-secret", owner, name};
    }
    json::object environment(const json::object& given = {}) {
        return agent_environment(open_agent_secrets(reader(), *vault, agent), given);
    }

    Agent agent;
};

TEST_F(SecretDeliveryTest, OnlyWhatTheWorkspaceNamesAndWhatIsTheOwners) {
    set(key("NPM_TOKEN"), "npm value");
    set(key("OTHER"), "not for this workspace");
    set(key("NPM_TOKEN", "github_oauth/bob"), "of another tenant");
    set(own("MINE"), "my own");
    set(own("HIS", "bob"), "bob's own");
    put_workspace(R"({"name":"api","secret_refs":["NPM_TOKEN"]})");
    EXPECT_EQ(environment(),
              (json::object{{"MURMUR_SECRET_MINE", "my own"}, {"MURMUR_SECRET_NPM_TOKEN", "npm value"}}));
}

TEST_F(SecretDeliveryTest, AServiceProfileIsNotTheUserOfItsName) {
    set(own("MINE"), "of the user alice");
    set(own("MINE", "service-profile:alice"), "of the profile alice");
    EXPECT_EQ(environment(), (json::object{{"MURMUR_SECRET_MINE", "of the user alice"}}));
    agent.id.owner_provider = "service_profile";
    EXPECT_EQ(environment(), (json::object{{"MURMUR_SECRET_MINE", "of the profile alice"}}));
}

TEST_F(SecretDeliveryTest, TheOwnersWinsOverTheTenantsAndSpawnOverBoth) {
    set(key("A"), "tenant A");
    set(key("B"), "tenant B");
    set(key("C"), "tenant C");
    set(own("B"), "own B");
    set(own("C"), "own C");
    put_workspace(R"({"name":"api","secret_refs":["A","B","C"],"secret_env":"plain"})");
    EXPECT_EQ(environment({{"C", "given C"}, {"D", "given D"}}), (json::object{{"MURMUR_SECRET_A", "tenant A"},
                                                                               {"A", "tenant A"},
                                                                               {"MURMUR_SECRET_B", "own B"},
                                                                               {"B", "own B"},
                                                                               {"MURMUR_SECRET_C", "given C"},
                                                                               {"C", "given C"},
                                                                               {"D", "given D"}}));
}

TEST_F(SecretDeliveryTest, TheCredentialsOfAServiceProfile) {
    for (const char* name : {"ANTHROPIC_API_KEY", "BOT_GITHUB", "BOT_CLAUDE", "SERVICE_SIGNING_KEY", "OTHER"})
        set(key(name), std::string("value of ") + name);
    agent.id.owner_provider = "service_profile";
    agent.id.account = "bot";
    EXPECT_TRUE(environment().empty()) << "it is not in the catalog";
    put("service-profile", "bot", R"({"name":"bot","github_token_secret":"BOT_GITHUB"})");
    EXPECT_EQ(environment(), (json::object{{"ANTHROPIC_API_KEY", "value of ANTHROPIC_API_KEY"},
                                           {"GH_TOKEN", "value of BOT_GITHUB"},
                                           {"MURMUR_SECRET_SIGNING_KEY", "value of SERVICE_SIGNING_KEY"}}));
    put("service-profile", "bot",
        R"({"name":"bot","claude_oauth_token_secret":"BOT_CLAUDE","signing_key_secret":"OTHER"})");
    EXPECT_EQ(environment({{"GH_TOKEN", "given"}}), (json::object{{"CLAUDE_CODE_OAUTH_TOKEN", "value of BOT_CLAUDE"},
                                                                  {"GH_TOKEN", "given"},
                                                                  {"MURMUR_SECRET_SIGNING_KEY", "value of OTHER"}}))
        << "no key beside the token that was asked for";
    put("service-profile", "bot", R"({"name":"bot","openai_api_key_secret":"GONE"})");
    try {
        environment();
        FAIL() << "it was found";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(),
                  "secret \"GONE\", which service-profile \"bot\" names as its "
                  "openai_api_key_secret, does not exist");
        EXPECT_EQ(error.hint(), "Set it with: murmur secret set GONE");
    }
}

TEST_F(SecretDeliveryTest, TheCredentialsOfAUserAreTheUsersOwn) {
    set(key("ANTHROPIC_API_KEY"), "the tenant's");
    set(key("MINE"), "the tenant's");
    set(own("MINE"), "my own");
    put("user", "alice", R"({"name":"alice","anthropic_api_key_secret":"MINE"})");
    EXPECT_EQ(environment(), (json::object{{"ANTHROPIC_API_KEY", "my own"}, {"MURMUR_SECRET_MINE", "my own"}}));
    put("user", "alice", R"({"name":"alice","github_token_secret":"GONE"})");
    EXPECT_THROW(environment(), Error);
}

TEST_F(SecretDeliveryTest, AWorkspaceThatIsNotInTheCatalogNamesNone) {
    set(key("A"), "tenant A");
    set(own("MINE"), "my own");
    EXPECT_EQ(environment(), (json::object{{"MURMUR_SECRET_MINE", "my own"}}));
}

TEST_F(SecretDeliveryTest, TheNewestValueIsDelivered) {
    set(key("A"), "the old one");
    put_workspace(R"({"name":"api","secret_refs":["A"]})");
    set(key("A"), "the new one");
    vault->rotate("github_app/acme");
    EXPECT_EQ(environment().at("MURMUR_SECRET_A"), "the new one");
}

TEST_F(SecretDeliveryTest, OneThatCannotBeOpenedIsNamed) {
    set(key("GOOD"), "the value");
    set(key("BAD"), "the value");
    put_workspace(R"({"name":"api","secret_refs":["GOOD","BAD"]})");
    ResourceRow bad = row(key("BAD"));
    bad.sealed[30] = bad.sealed[30] == '0' ? '1' : '0';
    transact([&](ResourceWriter& writer) { writer.put_resource(bad, {}); });
    try {
        environment();
        FAIL() << "it was opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::data_loss);
        EXPECT_NE(error.message().find("secret \"BAD\" cannot be opened"), std::string::npos) << error.message();
        EXPECT_FALSE(error.hint().empty());
    }
    put_workspace(R"({"name":"api","secret_refs":["GONE"]})");
    try {
        environment();
        FAIL() << "it was found";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_EQ(error.message(), "secret \"GONE\" of workspace \"api\" does not exist");
    }
}

TEST_F(SecretDeliveryTest, ManyOfOneOwner) {
    transact([&](ResourceWriter& writer) {
        for (int i = 0; i < 1003; ++i) {
            ResourceRow mine;
            mine.key = own("S" + std::to_string(i));
            mine.generation = 1;
            mine.body = "{}";
            const SealedValue sealed = vault->seal(writer, mine.key, 1, Secret("value"));
            mine.sealed = sealed.sealed;
            mine.key_version = sealed.key_version;
            writer.put_resource(mine, {});
        }
    });
    EXPECT_EQ(environment().size(), 1003u);
}

TEST_F(SecretDeliveryTest, TheAssignmentSaysWhichVariablesAreSecret) {
    set(own("MINE"), "my own");
    const SecretBox box(dir);
    agent.spec.backend = "command";
    agent.spec.sealed_environment = box.seal(R"({"GIVEN":"at spawn"})", environment_purpose(agent.id));
    RunnerEndpointOptions options;
    options.backend_settings = [](const std::string&) { return json::object(); };
    options.secrets = [this](const Agent& whose) { return open_agent_secrets(reader(), *vault, whose); };
    const json::object assignment = make_assignment(agent, {{"messageId", "f-1"}}, box, options);
    const json::object& variables = assignment.at("environment").as_object();
    EXPECT_EQ(variables.at("MURMUR_SECRET_MINE"), "my own");
    EXPECT_EQ(variables.at("GIVEN"), "at spawn");
    EXPECT_TRUE(variables.contains("MURMUR_TOKEN"));
    EXPECT_EQ(assignment.at("secretEnvironment").as_array().size(), variables.size());
}

}
}
