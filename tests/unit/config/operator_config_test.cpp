#include "config/operator_config.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <murmur/error.hpp>

namespace murmur {
namespace {

class OperatorConfigTest : public testing::Test {
protected:
    OperatorConfigTest() {
        std::string pattern = testing::TempDir() + "operator-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        file_ = dir_ / "murmurd.yaml";
    }
    ~OperatorConfigTest() override { std::filesystem::remove_all(dir_); }

    OperatorConfig load(const std::string& text) {
        std::ofstream(file_) << text;
        return load_operator_config(file_);
    }
    /// "<message without the folder> | <hint>"
    std::string failure(const std::string& text) {
        try {
            load(text);
        } catch (const Error& error) {
            std::string message = error.message();
            if (const auto at = message.find(dir_.string() + "/"); at != std::string::npos)
                message.erase(at, dir_.string().size() + 1);
            return message + " | " + error.hint();
        }
        return "no error";
    }

    std::filesystem::path dir_, file_;
};

const std::string some_hash(64, 'a');

TEST_F(OperatorConfigTest, AnEmptyFileGivesTheDefaults) {
    const OperatorConfig config = load("");
    EXPECT_EQ(config.listen_tcp, "");
    EXPECT_EQ(config.default_backend, "command");
    EXPECT_EQ(config.default_substrate, "local");
    EXPECT_EQ(config.lease, std::chrono::seconds(10));
    EXPECT_EQ(config.sleep_after, std::chrono::minutes(10));
    EXPECT_FALSE(config.plugin_allow);
    EXPECT_FALSE(config.exit_when_idle);
}

TEST_F(OperatorConfigTest, TheKeyFileIsRelativeToTheConfiguration) {
    EXPECT_EQ(load("").secrets_key_file, "");
    EXPECT_EQ(load("secrets: {key_file: keys/secrets.key}\n").secrets_key_file, dir_ / "keys/secrets.key");
    EXPECT_EQ(load("secrets: {keyFile: /etc/murmur/secrets.key}\n").secrets_key_file, "/etc/murmur/secrets.key");
    EXPECT_THROW(load("secrets: {key_fil: x}\n"), Error);
    EXPECT_THROW(load("secrets: x\n"), Error);
}

TEST_F(OperatorConfigTest, ReadsEveryField) {
    const OperatorConfig config = load(
        "listen: 127.0.0.1:8620\nruntime_dir: /run/murmur\nstate_dir: state\n"
        "plugin_dirs: [plugins, /opt/plugins]\nplugins:\n  local: {isolation: none, n: 3}\n  gce:\n"
        "plugin_allow:\n  - {name: local, sha256: " +
        some_hash +
        "}\n"
        "logLevel: warning\nexit_when_idle: 5m\ndefault_backend: claude\ndefault_substrate: gcp\n"
        "lease: 2s\nsleep_after: 1h\ntokens: [{account: alice, sha256: " +
        some_hash +
        "}]\n"
        "max_agents: 50\n");
    EXPECT_EQ(config.listen_tcp, "127.0.0.1:8620");
    EXPECT_EQ(config.runtime_dir, "/run/murmur");
    EXPECT_EQ(config.state_dir, dir_ / "state");
    EXPECT_EQ(config.plugin_dirs, (std::vector<std::filesystem::path>{dir_ / "plugins", "/opt/plugins"}));
    EXPECT_EQ(json::serialize(config.plugin_settings.at("local")), R"({"isolation":"none","n":3})");
    EXPECT_TRUE(config.plugin_settings.at("gce").empty());
    ASSERT_TRUE(config.plugin_allow);
    EXPECT_EQ(config.plugin_allow->at(0).name, "local");
    EXPECT_EQ(config.log_level, LogLevel::warning);
    EXPECT_EQ(config.exit_when_idle, std::chrono::minutes(5));
    EXPECT_EQ(config.default_backend, "claude");
    EXPECT_EQ(config.default_substrate, "gcp");
    EXPECT_EQ(config.lease, std::chrono::seconds(2));
    EXPECT_EQ(config.sleep_after, std::chrono::hours(1));
    EXPECT_EQ(config.tokens.at(0).account, "alice");
    EXPECT_EQ(config.max_agents, 50);
}

TEST_F(OperatorConfigTest, NamesPlaceFieldAndRemedy) {
    EXPECT_EQ(failure("lease: 5s\nsleep_afer: 3m\n"),
              "murmurd.yaml:2:1: sleep_afer is not a known key | Did you mean \"sleep_after\"?");
    EXPECT_EQ(failure("log_level: warn\n"),
              "murmurd.yaml:1:1: log_level is \"warn\", which is not one of debug, info, warning, error | ");
    EXPECT_EQ(failure("lease: 10ms\n"), "murmurd.yaml:1:1: lease must be at least 1000ms | ");
    EXPECT_EQ(failure("max_agents: many\n"),
              "murmurd.yaml:1:1: max_agents must be a whole number from 1 to 1000000 | ");
    EXPECT_EQ(failure("default_backend: 3\n"),
              "murmurd.yaml:1:1: default_backend must be a string: put the value in quotes | ");
    EXPECT_EQ(failure("plugin_dirs:\n  - a\n  - 3\n"),
              "murmurd.yaml:3:5: plugin_dirs[1] must be a string: put the value in quotes | ");
    EXPECT_EQ(failure("plugins:\n  local: 3\n"), "murmurd.yaml:2:3: plugins.local must be a mapping (key: value) | ");
    EXPECT_EQ(failure("plugin_allow:\n  - name: local\n"), "murmurd.yaml:2:5: plugin_allow[0].sha256 is required | ");
    EXPECT_EQ(
        failure("plugin_allow:\n  - name: local\n    sha256: abc\n"),
        "murmurd.yaml:3:5: plugin_allow[0].sha256 must be 64 lower-case hexadecimal digits | sha256sum prints it.");
    EXPECT_EQ(failure("listen: nonsense\n"),
              "murmurd.yaml:1:1: listen is \"nonsense\", which is not an address and a port | "
              "Write it as host:port, for example \"127.0.0.1:8620\".");
    EXPECT_NE(failure("listen: 127.0.0.1:80\n").find("needs at least one entry in tokens"), std::string::npos);
    EXPECT_EQ(failure("lease: soon\n").substr(0, 23), "murmurd.yaml:1:1: lease");
}

TEST_F(OperatorConfigTest, ATokenIsThatOfAnAccountOrAServiceProfileInOneTenant) {
    const std::string hash = "sha256: " + some_hash + "}\n";
    const OperatorConfig config =
        load("tokens:\n  - {account: ada, " + hash + "  - {account: grace, tenant: github_app/acme, admin: true, " +
             hash + "  - {service_profile: ci-bot, tenant: github_app/acme, " + hash);
    ASSERT_EQ(config.tokens.size(), 3u);
    EXPECT_EQ(config.tokens[0].account, "ada");
    EXPECT_EQ(config.tokens[0].tenant, "");
    EXPECT_FALSE(config.tokens[0].admin) << "nobody is an admin who was not named one";
    EXPECT_EQ(config.tokens[1].tenant, "github_app/acme");
    EXPECT_TRUE(config.tokens[1].admin);
    EXPECT_EQ(config.tokens[2].service_profile, "ci-bot");
    EXPECT_EQ(config.tokens[2].account, "");
    const auto complaint = [&](const std::string& entry) { return failure("tokens:\n  - {" + entry + ", " + hash); };
    EXPECT_EQ(complaint("admin: true"), "murmurd.yaml:2:5: tokens[0].account is required | ");
    EXPECT_EQ(complaint("account: a, service_profile: b").substr(0, 74),
              "murmurd.yaml:2:6: tokens[0].account and service_profile exclude each other");
    EXPECT_NE(complaint("account: a/b").find("tokens[0].account may have letters"), std::string::npos);
    EXPECT_NE(complaint("account: \"*\"").find("tokens[0].account may have letters"), std::string::npos);
    EXPECT_NE(complaint("service_profile: \"*\"").find("tokens[0].service_profile may have"), std::string::npos);
    EXPECT_NE(complaint("account: a, tenant: acme").find("tokens[0].tenant must be github_app/<org>"),
              std::string::npos);
    EXPECT_NE(complaint("service_profile: a, admin: true").find("tokens[0].admin is for accounts alone"),
              std::string::npos);
    EXPECT_NE(complaint("account: a, admn: true").find("tokens[0].admn is not a known key"), std::string::npos);
}

TEST_F(OperatorConfigTest, BoundsFamiliesAndSnapshots) {
    const OperatorConfig untouched = load("");
    EXPECT_EQ(untouched.max_depth, 4);
    EXPECT_EQ(untouched.max_children, 100);
    EXPECT_EQ(untouched.snapshot_retention, std::chrono::hours(720));
    EXPECT_EQ(untouched.base_check_interval, std::chrono::seconds(30));
    const OperatorConfig config =
        load("max_depth: 2\nmaxChildren: 0\nsnapshot_retention: 90m\nsleep_after: 30s\nbase_check_interval: 0ms\n");
    EXPECT_EQ(config.max_depth, 2);
    EXPECT_EQ(config.max_children, 0);
    EXPECT_EQ(config.snapshot_retention, std::chrono::minutes(90));
    EXPECT_EQ(config.sleep_after, std::chrono::seconds(30));
    EXPECT_EQ(config.base_check_interval, std::chrono::milliseconds(0));
    EXPECT_EQ(failure("max_depth: 0\n"), "murmurd.yaml:1:1: max_depth must be a whole number from 1 to 16 | ");
    EXPECT_EQ(failure("max_children: many\n"),
              "murmurd.yaml:1:1: max_children must be a whole number from 0 to 10000 | ");
}

TEST_F(OperatorConfigTest, RefusesAFileThatEveryoneMayChange) {
    std::ofstream(file_) << "";
    ASSERT_EQ(::chmod(file_.c_str(), 0666), 0);
    EXPECT_THROW(load_operator_config(file_), Error);
}

TEST_F(OperatorConfigTest, IsFoundByVariableThenByXdg) {
    ::setenv("MURMURD_CONFIG", (dir_ / "none.yaml").c_str(), 1);
    EXPECT_THROW(find_operator_config(), Error);
    std::ofstream(file_) << "";
    ::setenv("MURMURD_CONFIG", file_.c_str(), 1);
    EXPECT_EQ(find_operator_config(), file_);
    ::unsetenv("MURMURD_CONFIG");
    ::setenv("XDG_CONFIG_HOME", dir_.c_str(), 1);
    std::filesystem::create_directories(dir_ / "murmur");
    std::ofstream(dir_ / "murmur/murmurd.yaml") << "";
    EXPECT_EQ(find_operator_config(), dir_ / "murmur/murmurd.yaml");
    ::unsetenv("XDG_CONFIG_HOME");
}

}
}
