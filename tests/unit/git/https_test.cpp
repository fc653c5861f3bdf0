#include <gtest/gtest.h>
#include <sys/wait.h>

#include <murmur/error.hpp>

#include "git/clone.hpp"
#include "git/exec_process.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

/// A real git server behind https, with a certificate that only those trust who are told to.
class HttpsTest : public GitFixture {
protected:
    HttpsTest()
        : origin(make_origin()),
          server(
              {MURMUR_BUILD_DIR "/tests/support/git_https_server", root.string(), "s3cret", (root / "ca.pem").string()},
              {}) {
        char port[16];
        port[server.read(port, sizeof port - 1)] = 0;
        url = "https://localhost:" + std::to_string(std::atoi(port)) + "/origin.git";
        options.environment["GIT_SSL_CAINFO"] = (root / "ca.pem").string();
        for (const char* name : {"MURMUR_GIT_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"}) unsetenv(name);
    }
    CloneRequest request() const {
        return {.url = url,
                .directory = root / "work/app",
                .branch = "murmur/w/team/u/alice/fix",
                .identity = {"Alice", "alice@example.org"},
                .options = options};
    }
    Error failure() const {
        try {
            clone(request());
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("the clone did not fail");
    }
    void commit(const std::string& command) {
        sh(root / "work/app", command + " && git add -A && git commit -qm more");
    }

    std::filesystem::path origin;
    ExecProcess server;
    std::string url;
    RemoteOptions options;
};

TEST_F(HttpsTest, ATokenClonesAndPushes) {
    options.environment["MURMUR_GIT_TOKEN"] = "s3cret";
    const CloneResult result = clone(request());
    EXPECT_EQ(read(root / "work/app/src/app.txt"), "one\n");
    commit("head -c 3000000 /dev/urandom > large");
    result.repository.push("murmur/w/team/u/alice/fix", options);
    EXPECT_EQ(sh(origin, "git log -1 --format=%s murmur/w/team/u/alice/fix"), "more");
    EXPECT_EQ(result.repository.origin_tip("murmur/w/team/u/alice/fix"), sh(root / "work/app", "git rev-parse HEAD"));
    EXPECT_EQ(sh(root / "work/app", "grep -r s3cret . || true"), "") << "the token is nowhere on the disk";
}

TEST_F(HttpsTest, GitsCredentialHelpersAreAsked) {
    write(home / ".gitconfig", "[credential]\nhelper = \"!f() { test $1 = get || exit 0; cat > '" + root.string() +
                                   "/asked'; echo username=ada; echo password=s3cret; }; f\"\n");
    options.environment["HOME"] = home.string();
    EXPECT_EQ(clone(request()).base_branch, "main");
    EXPECT_NE(read(root / "asked").find("host=localhost"), std::string::npos);
}

TEST_F(HttpsTest, WrongAndMissingCredentialsAreToldApart) {
    Error error = failure();
    EXPECT_EQ(error.code(), Errc::unauthenticated);
    EXPECT_NE(error.message().find("asks for credentials and there are none"), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find("MURMUR_GIT_TOKEN"), std::string::npos);
    options.environment["MURMUR_GIT_TOKEN"] = "old";
    error = failure();
    EXPECT_EQ(error.code(), Errc::unauthenticated);
    EXPECT_NE(error.message().find("refused the credentials"), std::string::npos) << error.message();
    EXPECT_EQ(error.message().find("old"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(root / "work/app"));
}

TEST_F(HttpsTest, ARepositoryThatIsNotThereIsNamed) {
    options.environment["MURMUR_GIT_TOKEN"] = "s3cret";
    url += "x";
    EXPECT_NE(failure().message().find(url), std::string::npos) << failure().message();
}

TEST_F(HttpsTest, AStrangersCertificateIsRefused) {
    options.environment["MURMUR_GIT_TOKEN"] = "s3cret";
    options.environment.erase("GIT_SSL_CAINFO");
    // For the whole process: only the system's certificates again.
    git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, "/etc/ssl/certs/ca-certificates.crt", nullptr);
    const Error error = failure();
    EXPECT_EQ(error.code(), Errc::unavailable) << error.message();
    EXPECT_NE(error.hint().find("GIT_SSL_CAINFO"), std::string::npos) << error.message();
}

}
}
