#include "git/clone_url.hpp"

#include <gtest/gtest.h>
#include <murmur/error.hpp>

#include "git/exec_transport.hpp"

namespace murmur::git {
namespace {

TEST(CloneUrl, TellsTheKindsApart) {
    EXPECT_EQ(parse_clone_url("/srv/app.git").kind, UrlKind::local);
    EXPECT_EQ(parse_clone_url("./a:b/app").kind, UrlKind::local);
    EXPECT_EQ(parse_clone_url("file:///srv/a%20b.git").path, "/srv/a b.git");
    EXPECT_EQ(parse_clone_url("https://token@github.com/acme/app.git").host, "github.com");
    EXPECT_EQ(parse_clone_url("svn://x/y").kind, UrlKind::other);
}

TEST(CloneUrl, TakesSshFormsApart) {
    const CloneUrl scp = parse_clone_url("git@github.com:acme/app.git");
    EXPECT_EQ(scp.kind, UrlKind::ssh);
    EXPECT_EQ(scp.user, "git");
    EXPECT_EQ(scp.host, "github.com");
    EXPECT_EQ(scp.path, "acme/app.git");
    const CloneUrl full = parse_clone_url("ssh://git@[::1]:2222/~bob/app.git");
    EXPECT_EQ(full.host, "::1");
    EXPECT_EQ(full.port, "2222");
    EXPECT_EQ(full.path, "~bob/app.git");
}

TEST(CloneUrl, RefusesWhatWouldBeAnOption) {
    EXPECT_THROW(parse_clone_url("ssh://-oProxyCommand=evil/x"), Error);
    EXPECT_THROW(parse_clone_url("-oProxyCommand=evil:x"), Error);
    EXPECT_THROW(parse_clone_url("ssh://host:22;evil/x"), Error);
}

TEST(CloneUrl, NamesTheCheckout) {
    EXPECT_EQ(repository_name("git@github.com:acme/app.git"), "app");
    EXPECT_EQ(repository_name("https://x/acme/app/"), "app");
    EXPECT_EQ(repository_name("/home/me/app/.git"), "app");
    EXPECT_EQ(repository_name("host:app"), "app");
    EXPECT_EQ(repository_name(".."), "repository");
}

TEST(CloneUrl, HidesPasswords) {
    EXPECT_EQ(without_password("https://u:secret@host/x"), "https://u@host/x");
    EXPECT_EQ(without_password("https://host/x"), "https://host/x");
    EXPECT_EQ(without_password("git@host:x"), "git@host:x");
}

TEST(ExecTransport, AsksTheRealSshNotToAsk) {
    ExecTransport transport{.url = parse_clone_url("git@host:it's"), .ssh_command = "", .options = {}};
    const std::vector<std::string> expected = {"ssh",
                                               "-o",
                                               "BatchMode=yes",
                                               "-o",
                                               "ConnectTimeout=30",
                                               "-o",
                                               "ServerAliveInterval=15",
                                               "-o",
                                               "ServerAliveCountMax=4",
                                               "git@host",
                                               "git-upload-pack 'it'\\''s'"};
    EXPECT_EQ(exec_transport_argv(transport, "git-upload-pack"), expected);
    transport.ssh_command = "/opt/ssh -i key";
    EXPECT_EQ(exec_transport_argv(transport, "git-upload-pack")[4], "-o");
}

}
}
