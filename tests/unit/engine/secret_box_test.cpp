#include "engine/secret_box.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

class SecretBoxTest : public testing::Test {
protected:
    SecretBoxTest() {
        char name[] = "/tmp/murmur-box-XXXXXX";
        dir = ::mkdtemp(name);
    }
    ~SecretBoxTest() override { std::filesystem::remove_all(dir); }
    std::filesystem::path dir;
};

TEST_F(SecretBoxTest, OpensWhatItSealedAlsoAfterARestart) {
    const std::string sealed = SecretBox(dir).seal("hunter2", "a");
    EXPECT_EQ(sealed.find("hunter2"), std::string::npos);
    EXPECT_EQ(SecretBox(dir).open(sealed, "a").reveal(), "hunter2");
    struct stat status {};
    ASSERT_EQ(::stat((dir / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(SecretBoxTest, RefusesAnotherPurposeAndEveryChangedByte) {
    const SecretBox box(dir);
    std::string sealed = box.seal("hunter2", "a");
    EXPECT_THROW(box.open(sealed, "b"), Error);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_THROW(box.open(changed, "a"), Error) << i;
    }
    EXPECT_THROW(box.open("zz", "a"), Error);
    EXPECT_THROW(box.open("", "a"), Error);
}

TEST_F(SecretBoxTest, ATokenNamesItsAgentAndCannotBeMadeElsewhere) {
    const SecretBox box(dir);
    const std::string token(box.runner_token(12, 3).reveal());
    const auto claim = box.check_runner_token(token);
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->agent_row, 12);
    EXPECT_EQ(claim->incarnation, 3);
    std::string other = token;
    other[2] = '2';  // another agent's row under the same signature
    EXPECT_FALSE(box.check_runner_token(other));
    for (const char* bad : {"", "r.", "r.1.2", "r.1.2.", "x", "r..."}) EXPECT_FALSE(box.check_runner_token(bad)) << bad;
}

TEST_F(SecretBoxTest, ATokenIsGoodForOnePurpose) {
    const SecretBox box(dir);
    const std::string runner(box.runner_token(12, 3).reveal()), agent(box.agent_token(12, 3).reveal());
    ASSERT_TRUE(box.check_agent_token(agent));
    EXPECT_EQ(box.check_agent_token(agent)->agent_row, 12);
    EXPECT_EQ(box.check_agent_token(agent)->incarnation, 3);
    EXPECT_FALSE(box.check_agent_token(runner));
    EXPECT_FALSE(box.check_runner_token(agent));
    EXPECT_FALSE(box.check_agent_token("a" + runner.substr(1))) << "the purpose is part of what is signed";
    EXPECT_FALSE(box.check_runner_token("r" + agent.substr(1)));
}

TEST_F(SecretBoxTest, ADamagedKeyFileIsNamed) {
    FILE* file = std::fopen((dir / "key").c_str(), "w");
    std::fputs("abcd", file);
    std::fclose(file);
    try {
        SecretBox box(dir);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::data_loss);
        EXPECT_NE(error.message().find((dir / "key").string()), std::string::npos);
    }
}

}
}
