#include <fstream>

#include "unit/cli/cli_fixture.hpp"

namespace murmur {
namespace {

using namespace testing_support;

class CatalogCommandsTest : public CliFixture {
protected:
    void write(const std::string& name, const std::string& content) {
        std::filesystem::create_directories((dir_ / name).parent_path());
        std::ofstream(dir_ / name) << content;
    }
    std::string run_set(const std::string& input, std::vector<std::string> words) {
        words.insert(words.begin(), "set");
        return run_with_input(input, words);
    }
};

std::string changed(const std::string& result) {
    return json_reply(R"({"resource":{"kind":"flight","name":"x","generation":"2"},"result":")" + result + R"("})");
}

TEST_F(CatalogCommandsTest, SetSendsTheTextAsItIs) {
    serve({{changed("created")}, {changed("updated")}, {changed("unchanged")}});
    EXPECT_EQ(run_set("name: é\n\n", {"flight", "audit-simple"}), "0\nSet flight \"audit-simple\"\n");
    EXPECT_EQ(run_set("{}", {"flight", "audit-simple", "--generation", "5"}), "0\nSet flight \"audit-simple\"\n");
    write("x.yaml", "a: 1\n");
    EXPECT_EQ(run({"set", "flight", "audit-simple", "-f", "x.yaml"}), "0\nflight \"audit-simple\" is unchanged\n");
    EXPECT_EQ(method(0), "SetResource");
    EXPECT_EQ(body(0), "{\"kind\":\"flight\",\"name\":\"audit-simple\",\"text\":\"name: é\\n\\n\"}");
    EXPECT_EQ(body(1), R"({"kind":"flight","name":"audit-simple","expectedGeneration":5,"text":"{}"})");
    EXPECT_EQ(body(2), R"({"kind":"flight","name":"audit-simple","text":"a: 1\n"})");
}

TEST_F(CatalogCommandsTest, SetTakesFieldsFromFiles) {
    serve({{changed("created")}});
    write("setup.sh", "#!/bin/sh\n");
    write("=odd", "x");
    EXPECT_EQ(run_set("", {"recipe", "go", "--file-field", "provisioning_script=setup.sh", "--file-field", "a.b==odd"}),
              "0\nSet recipe \"go\"\n");
    EXPECT_EQ(body(0), R"({"kind":"recipe","name":"go","fileFields":[{"path":"provisioning_script","value":)"
                       R"("#!/bin/sh\n","isText":true},{"path":"a.b","value":"x","isText":true}],"text":"{}"})");
}

TEST_F(CatalogCommandsTest, SetOfAStreamSaysWhatItDid) {
    serve({{json_reply(R"({"changes":[{"kind":"role","name":"dev","result":"created"},)"
                       R"({"kind":"workspace","name":"api","result":"unchanged"}]})")}});
    EXPECT_EQ(run_set("kind: role\n", {}), "0\nSet role \"dev\"\nworkspace \"api\" is unchanged\n");
    EXPECT_EQ(method(0), "ApplyResources");
    EXPECT_EQ(body(0), R"({"documents":[{"text":"kind: role\n"}]})");
    EXPECT_TRUE(begins(run_set("x", {"role"}), "2\nstderr: murmur: missing <name>\nh"));
    EXPECT_EQ(run_set("x", {"--generation", "1"}),
              "2\nstderr: murmur: --generation is for one resource: name its kind and name\n");
}

TEST_F(CatalogCommandsTest, WhatCannotBeReadIsNotSent) {
    serve({});
    EXPECT_EQ(run({"set", "flight", "x", "-f", "none.md"}),
              "1\nstderr: murmur: cannot read \"none.md\": No such file or directory\n");
    EXPECT_EQ(run({"set", "flight", "x", "-f", "."}),
              "1\nstderr: murmur: \".\" is a folder\nhint: Whole folders are for: murmur apply -f DIR\n");
    write("big", std::string((1 << 20) + 1, 'x'));
    EXPECT_TRUE(begins(run({"set", "flight", "x", "-f", "big"}),
                       "1\nstderr: murmur: \"big\" is longer than 1 MiB, the most that a resource may have\nhint: "));
    EXPECT_TRUE(begins(run_set(std::string((1 << 20) + 1, 'x'), {"flight", "x"}),
                       "1\nstderr: murmur: standard input is longer than 1 MiB, the most "));
    write("latin", "name: x\ndescription: caf\xe9\n");
    EXPECT_EQ(run({"patch", "flight", "x", "--file-field", "content=latin"}),
              "1\nstderr: murmur: \"latin\" is not UTF-8 text (line 2)\nhint: Save it as UTF-8; binary data cannot be "
              "stored in a resource.\n");
    EXPECT_EQ(run_set(" \n", {"flight", "x"}),
              "1\nstderr: murmur: there is nothing to set: the input is empty\nhint: Give it the whole flight: murmur "
              "set flight x < FILE\n");
    EXPECT_EQ(run_set("a: 1", {"flight", "x", "--file-field", "content"}),
              "2\nstderr: murmur: --file-field needs a field and, behind a '=', its value\nhint: For example "
              "--file-field content=reviewer.md.\n");
    EXPECT_EQ(run_set("a: 1", {"flight", "x", "--generation", "-1"}),
              "2\nstderr: murmur: --generation takes a whole number, not \"-1\"\nhint: murmur describe KIND NAME shows "
              "the one that a resource is at.\n");
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(CatalogCommandsTest, OneMebibyteIsTaken) {
    serve({{changed("created")}});
    EXPECT_EQ(run_set(std::string(1 << 20, 'x'), {"flight", "x"}), "0\nSet flight \"x\"\n");
    EXPECT_EQ(body(0).size(), std::string(R"({"kind":"flight","name":"x","text":""})").size() + (1 << 20));
}

TEST_F(CatalogCommandsTest, PatchAndRemove) {
    serve({{changed("updated")}, {changed("unchanged")}, {json_reply("{}")}});
    EXPECT_EQ(run({"patch", "pool-config", "default", "--set", "max_vms=200", "--set", "description="}),
              "0\nPatched pool-config \"default\"\n");
    EXPECT_EQ(run({"patch", "pool-config", "default", "--set", "a=b=c", "--generation", "0"}),
              "0\npool-config \"default\" is unchanged\n");
    EXPECT_EQ(run({"rm", "flight", "audit-simple", "--generation", "3"}), "0\nDeleted flight \"audit-simple\"\n");
    EXPECT_EQ(body(0), R"({"kind":"pool-config","name":"default","changes":[{"path":"max_vms","value":"200"},)"
                       R"({"path":"description","value":""}]})");
    EXPECT_EQ(body(1), R"({"kind":"pool-config","name":"default","changes":[{"path":"a","value":"b=c"}],)"
                       R"("expectedGeneration":0})");
    EXPECT_EQ(method(2), "DeleteResource");
    EXPECT_EQ(body(2), R"({"kind":"flight","name":"audit-simple","expectedGeneration":3})");
    EXPECT_EQ(run({"patch", "flight", "x"}),
              "2\nstderr: murmur: there is nothing to change\nhint: Name a field and its value: murmur patch flight x "
              "--set field=value\n");
    EXPECT_TRUE(begins(run({"patch", "flight", "x", "--set", "=1"}), "2\nstderr: murmur: --set needs a field an"));
}

TEST_F(CatalogCommandsTest, AnErrorShowsWhereItIs) {
    serve({{json_reply(R"({"code":"invalid_argument","message":"repo base_branch is required","details":[{"type":)"
                       R"("murmur.api.v1.ErrorInfo","debug":{"hint":"Add base_branch: main.","context":)"
                       R"(["line 4, column 3: repos[0].base_branch","setting workspace \"api\""]}}]})",
                       "400 Bad Request")},
           {json_reply(R"({"code":"invalid_argument","message":"name is required","details":[{"type":)"
                       R"("murmur.api.v1.ErrorInfo","debug":{"context":["w/api.yaml:4:3: name"]}}]})",
                       "400 Bad Request")}});
    EXPECT_EQ(run_set("x", {"workspace", "api"}),
              "1\nstderr: murmur: rpc error: code = InvalidArgument desc = repo base_branch is required\n"
              "  at line 4, column 3: repos[0].base_branch\nhint: Add base_branch: main.\n");
    EXPECT_EQ(run_set("x", {"workspace", "api"}),
              "1\nstderr: murmur: rpc error: code = InvalidArgument desc = name is required\n"
              "  at w/api.yaml:4:3: name\n");
}

const std::string workspace_reply =
    json_reply(R"({"resource":{"kind":"workspace","name":"api","generation":"3","author":"user:ada","createdAt":)"
               R"("2026-05-14T18:30:12.000Z","updatedAt":"2026-05-15T18:30:12.000Z","body":{"name":"api","minIdle":2},)"
               R"("text":"name: api\nmin_idle: 2 \u001b[31m\n"}})");

TEST_F(CatalogCommandsTest, GetPrintsWhatSetReads) {
    serve({{workspace_reply}, {workspace_reply}, {workspace_reply}});
    EXPECT_EQ(run({"get", "workspace", "api"}), "0\nname: api\nmin_idle: 2 \x1b[31m\n");
    EXPECT_EQ(run_on_terminal({"get", "workspace", "api"}), "0\nname: api\nmin_idle: 2 [31m\n");
    EXPECT_EQ(run({"get", "workspace", "api", "--json"}), "0\n{\n  \"name\": \"api\",\n  \"minIdle\": 2\n}\n");
    EXPECT_EQ(body(0), R"({"kind":"workspace","name":"api"})");
    EXPECT_TRUE(begins(run({"get", "workspace", "api", "-q"}), "2\nstderr: murmur: a list can be shown"));
    EXPECT_TRUE(begins(run({"get"}), "2\nstderr: murmur: missing <kind>\n"));
}

const std::string first_page = json_reply(
    R"({"columns":["machine_type_ref","disk_size_gb"],"nextPageToken":">b","rows":[{"name":"a","platform":true,)"
    R"("cells":["murmur-n2-standard-4","100"]},{"name":"b","cells":["murmur-local",""],"generation":"2",)"
    R"("author":"user:ada","updatedAt":"2026-05-14T18:30:12.000Z","body":{"name":"b"}}]})");
const std::string last_page = json_reply(R"({"columns":["machine_type_ref","disk_size_gb"],"rows":[{"name":"c"}]})");

TEST_F(CatalogCommandsTest, ListsAreWholeHoweverManyPages) {
    std::vector<FakeMurmurd::Reply> pages;
    for (int i = 0; i < 5; ++i) pages.insert(pages.end(), {{first_page}, {last_page}});
    serve(pages);
    EXPECT_EQ(run({"get", "environment"}), "0\na\nb\nc\n");
    EXPECT_EQ(body(0), R"({"kind":"environment"})");
    EXPECT_EQ(body(1), R"({"kind":"environment","pageToken":">b"})");
    EXPECT_EQ(run_on_terminal({"get", "environment", "-q"}), "0\na\nb\nc\n");
    EXPECT_EQ(run_on_terminal({"get", "environment"}, 30),
              "0\nNAME  MACHINE TYPE REF      D…\na     murmur-n2-standard-4  1…\nb     murmur-local\nc\n");
    EXPECT_EQ(run({"get", "environment", "-o", "wide"}),
              "0\nNAME  MACHINE TYPE REF      DISK SIZE GB  GENERATION  UPDATED                   AUTHOR\n"
              "a     murmur-n2-standard-4  100           builtin\n"
              "b     murmur-local                        2           2026-05-14T18:30:12.000Z  user:ada\n"
              "c\n");
    EXPECT_TRUE(begins(run({"get", "environment", "--json"}),
                       "0\n[\n  {\n    \"name\": \"a\",\n    \"platform\": true\n  },\n"));
}

TEST_F(CatalogCommandsTest, NothingIsListedAsNothing) {
    serve({{json_reply(R"({"columns":["substrate"]})")}, {json_reply("{}")}, {json_reply("{}")}});
    EXPECT_EQ(run({"get", "placement", "--table"}), "0\n");
    EXPECT_EQ(run({"get", "placement"}), "0\n");
    EXPECT_EQ(run({"get", "placement", "--json"}), "0\n[]\n");
}

TEST_F(CatalogCommandsTest, DescribeShowsKinds) {
    const std::string kinds = json_reply(
        R"({"kinds":[{"name":"flight","format":"markdown","description":"An orchestration plan with triggers."},)"
        R"({"name":"user","format":"yaml","description":"Who somebody is."}]})");
    serve({{kinds}, {kinds}, {workspace_reply}});
    EXPECT_EQ(run({"describe"}),
              "0\nKIND    FORMAT    DESCRIPTION\nflight  Markdown  An orchestration plan with triggers.\n"
              "user    YAML      Who somebody is.\n");
    EXPECT_EQ(run_on_terminal({"describe"}, 44),
              "0\nKIND    FORMAT    DESCRIPTION\nflight  Markdown  An orchestration plan with\n"
              "                  triggers.\nuser    YAML      Who somebody is.\n");
    EXPECT_EQ(run({"describe", "workspace", "api"}),
              "0\nkind:       workspace\nname:       api\ngeneration: 3\nauthor:     user:ada\n"
              "created_at: 2026-05-14T18:30:12.000Z\nupdated_at: 2026-05-15T18:30:12.000Z\nplatform:   false\n\n"
              "name: api\nmin_idle: 2 \x1b[31m\n");
    EXPECT_EQ(run({"describe", "--schema"}),
              "2\nstderr: murmur: --schema is of a kind\nhint: For example: murmur describe workspace --schema\n");
}

TEST_F(CatalogCommandsTest, DescribeShowsAKind) {
    const std::string kind = json_reply(
        R"({"kind":{"name":"group","format":"yaml","description":"A set of principals.","verbs":["read","list"]},)"
        R"("example":"name: everyone\nall_tenant_members: {}\n","schema":{"type":"object"},"fields":[)"
        R"({"path":"name","type":"string","required":"yes","help":"What it is called."},)"
        R"({"path":"static","type":"object","required":"exactly one of static, github_admin","help":"A list"},)"
        R"({"path":"mode","type":"enum","required":"no","defaultValue":"one","values":["one","all"],"help":"How."},)"
        R"({"path":"key","type":"string","required":"when mode is all","help":"Which.","writeOnly":true},)"
        R"({"path":"role","type":"string","required":"no","references":["role","user"],"help":"What for.","readOnly":true}]})");
    serve({{kind}, {kind}});
    EXPECT_EQ(run({"describe", "group"}),
              "0\ngroup: A set of principals.\n\n"
              "Format:       YAML\nPermissions:  group.read, group.list\n\n"
              "The least that is accepted:\n\n    name: everyone\n    all_tenant_members: {}\n\n"
              "Fields:\n\n"
              "  PATH    TYPE    REQUIRED   DEFAULT  DESCRIPTION\n"
              "  name    string  yes                 What it is called.\n"
              "  static  object  one of              A list. Exactly one of static, github_admin.\n"
              "  mode    enum    no         one      How. Values: one, all.\n"
              "  key     string  when                Which. When mode is all. Never shown again.\n"
              "  role    string  read-only           What for. Names a resource of kind role or user.\n");
    EXPECT_EQ(run({"describe", "group", "--schema"}), "0\n{\n  \"type\": \"object\"\n}\n");
}

TEST_F(CatalogCommandsTest, PermissionsAndWhoAsks) {
    const std::string denied =
        json_reply(R"({"checks":[{"permission":"agent.read","granted":true,"reason":"tenant-binding:devs"},)"
                   R"({"permission":"agent.kill","granted":false,"reason":"denied: no matching grant"}]})");
    serve({{denied},
           {json_reply(R"({"checks":[{"permission":"agent.read","granted":true,"reason":"root"}]})")},
           {json_reply(R"({"tenant":"github_app/acme","principal":"user:ada","isAdmin":true,"groups":["a","b"]})")},
           {json_reply("{}")}});
    EXPECT_EQ(run({"check-permissions", "agent.read", "agent.kill", "--resource", "agent/fix"}),
              "1\nPERMISSION  GRANTED  REASON\nagent.read  yes      tenant-binding:devs\n"
              "agent.kill  no       denied: no matching grant\n");
    EXPECT_EQ(body(0), R"({"permissions":["agent.read","agent.kill"],"resource":"agent/fix"})");
    EXPECT_TRUE(run({"check-permissions", "agent.read", "--json"}).starts_with("0\n[\n"));
    EXPECT_EQ(run({"tenant", "whoami"}),
              "0\ntenant:    github_app/acme\nprincipal: user:ada\nadmin:     yes\ngroups:    a, b\n");
    EXPECT_EQ(run({"tenant", "whoami", "--json"}), "0\n{}\n");
}

TEST_F(CatalogCommandsTest, CompletionAsksTheServer) {
    const std::string kinds = json_reply(R"({"kinds":[{"name":"role","verbs":["read","edit"]},{"name":"user"}]})");
    const std::string fields = json_reply(
        R"({"fields":[{"path":"name","type":"string"},{"path":"min_idle","type":"integer"},)"
        R"({"path":"gcp","type":"object"},{"path":"gcp.project","type":"string"},{"path":"repos[].url"},)"
        R"({"path":"mode","values":["a","b"]},{"path":"paused","type":"boolean"},{"path":"at","readOnly":true}]})");
    serve({{kinds},
           {kinds},
           {json_reply(R"({"rows":[{"name":"a"},{"name":"https://x/y.git"},{"name":"$(reboot) "},{"name":"-rf"}]})")},
           {fields},
           {fields},
           {fields},
           {json_reply(R"({"code":"not_found","message":"no"})", "404 Not Found")}});
    EXPECT_EQ(run({"__complete", "kinds"}), "0\nrole\nuser\n");
    EXPECT_EQ(run({"__complete", "permissions"}), "0\nrole.read\nrole.edit\n");
    EXPECT_EQ(run({"__complete", "names", "repo-config"}), "0\na\nhttps://x/y.git\n");
    EXPECT_EQ(run({"__complete", "fields", "role"}), "0\nmin_idle=\ngcp.project=\nmode=\npaused=\n");
    EXPECT_EQ(run({"__complete", "fields", "role", "mode=a"}), "0\nmode=a\nmode=b\n");
    EXPECT_EQ(run({"__complete", "fields", "role", "paused="}), "0\npaused=true\npaused=false\n");
    EXPECT_EQ(run({"__complete", "fields", "role"}), "0\n");
    ::unsetenv("MURMUR_SERVER");
    EXPECT_EQ(run({"__complete", "kinds"}), "0\n");  // it runs nowhere, and is not started
    EXPECT_FALSE(std::filesystem::exists(dir_ / "run"));
    EXPECT_EQ(run({"help"}).find("__complete"), std::string::npos);
}

}
}
