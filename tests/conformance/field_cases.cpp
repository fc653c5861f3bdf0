#include "conformance_cases.hpp"

namespace murmur::conformance {

namespace {

using Cases = std::vector<FieldCase>;

const std::vector<std::string> substrates = {"SUBSTRATE_GCP", "SUBSTRATE_AWS"};
const std::vector<std::string> architectures = {"ARCHITECTURE_AMD64", "ARCHITECTURE_ARM64"};
const char* const no_group_source = "group source is required (static, github_admin, or all_tenant_members)";
const char* const no_base_image = "at least one of base_image_aws_ref or base_image_gce_ref is required";
const char* const no_principal = "grant must specify at least one group or user";

FieldCase description(std::string kind) {
    return {.kind = std::move(kind), .path = "description", .type = "string", .value = R"("for people")"};
}

FieldCase name(std::string kind, std::string complaint = "name is required") {
    return {.kind = std::move(kind),
            .path = "name",
            .type = "string",
            .need = Need::yes,
            .value = R"("other")",
            .complaint = std::move(complaint)};
}

FieldCase platform(std::string kind) {
    return {
        .kind = std::move(kind), .path = "platform", .type = "boolean", .value = "true", .access = Access::read_only};
}

/// What agents may use up, and how they run: the same in several kinds.
Cases limits_of(const std::string& kind) {
    return {
        {kind, "limits", "object", Need::no, R"({"max_cost": 5.5, "max_time": "90m"})"},
        {kind, "limits.max_cost", "number", Need::no, "2.5"},
        {kind, "limits.max_turns", "integer", Need::no, "40"},
        {kind, "limits.max_time", "duration", Need::no, R"("1h30m")"},
        {kind, "limits.max_children", "integer", Need::no, "10"},
    };
}
FieldCase backend(std::string kind) {
    return {.kind = std::move(kind), .path = "backend", .type = "string", .value = R"("codex")"};
}
FieldCase on_idle(std::string kind) {
    return {.kind = std::move(kind),
            .path = "on_idle",
            .type = "enum",
            .value = R"("keep-alive")",
            .values = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"}};
}

/// The same, put into the input with that label.
FieldCase in(std::string base, FieldCase field) {
    field.base = std::move(base);
    return field;
}

Cases identity_cases() {
    return {
        {"pool-config", "max_vms", "integer", Need::no, "200"},
        {"pool-config",
         "reap_stranded_agents",
         "enum",
         Need::no,
         R"("enabled")",
         "",
         "dry_run",
         {"enabled", "dry_run", "disabled"}},
        {"pool-config", "max_agents_per_developer", "integer", Need::no, "10", "", "0"},
        description("pool-config"),
        name("user"),
        {"user", "git_name", "string", Need::no, R"("Alice Doe")"},
        {"user", "git_email", "string", Need::no, R"("alice@acme.com")"},
        {"user", "ssh_public_keys", "list of strings", Need::no, R"(["ssh-ed25519 AAAA alice"])"},
        description("user"),
        {"user", "github_token_secret", "string", Need::no, R"("GH_TOKEN")"},
        {"user", "claude_token_secret", "string", Need::no, R"("CLAUDE_TOKEN")"},
        {"user", "claude_refresh_token_secret", "string", Need::no, R"("CLAUDE_REFRESH_TOKEN")"},
        {"user", "anthropic_api_key_secret", "string", Need::no, R"("ANTHROPIC_API_KEY")"},
        {"user", "openai_api_key_secret", "string", Need::no, R"("OPENAI_API_KEY")"},
        {"user", "signing_key_secret", "string", Need::no, R"("SIGNING_KEY")"},
        name("group"),
        {"group", "static", "object", Need::one_of, R"({"members": ["carol"]})", no_group_source},
        {"group", "static.members", "list of strings", Need::yes, R"(["carol", "dave"])"},
        {.kind = "group", .path = "source", .type = "string", .value = R"("static")", .access = Access::read_only},
        in("group-github-admin", {"group", "github_admin", "object", Need::one_of, "{}", no_group_source}),
        in("group-all-tenant-members", {"group", "all_tenant_members", "object", Need::one_of, "{}", no_group_source}),
        description("group"),
        name("role"),
        {"role", "permissions", "list of strings", Need::yes, R"(["flight.*", "*.read"])",
         "permissions must be non-empty"},
        description("role"),
    };
}

Cases binding_cases() {
    return {
        name("tenant-binding"),
        {"tenant-binding", "grant", "object", Need::yes, R"({"users": ["alice"], "role": "reader"})"},
        {"tenant-binding", "grant.users", "list of strings", Need::one_of, R"(["alice", "service-profile:ci-bot"])",
         no_principal},
        {"tenant-binding", "grant.groups", "list of strings", Need::one_of, R"(["frontend-team"])", no_principal},
        {"tenant-binding", "grant.role", "string", Need::one_of, R"("reader")", "grant.role is required"},
        in("tenant-binding-inline", {"tenant-binding", "grant.inline", "object", Need::one_of,
                                     R"({"permissions": ["*.read"]})", "grant.role is required"}),
        in("tenant-binding-inline", {"tenant-binding", "grant.inline.permissions", "list of strings", Need::yes,
                                     R"(["flight.*"])", "permissions must be non-empty"}),
        {"tenant-binding", "grant.name_pattern", "string", Need::no, R"("staging-*")"},
        description("tenant-binding"),
        name("service-profile"),
        description("service-profile"),
        {"service-profile", "grants", "list of objects", Need::no,
         R"([{"groups": ["backend-team"], "role": "workspace-admin"}])"},
        {"service-profile", "git_name", "string", Need::no, R"("CI")"},
        {"service-profile", "git_email", "string", Need::no, R"("ci@acme.com")"},
        {"service-profile", "anthropic_api_key_secret", "string", Need::no, R"("CI_KEY")"},
        {"service-profile", "signing_key_secret", "string", Need::no, R"("CI_SIGNING_KEY")"},
        {"service-profile", "github_token_secret", "string", Need::no, R"("GH_BOT_TOKEN")"},
        {"service-profile", "claude_oauth_token_secret", "string", Need::no, R"("CLAUDE_OAUTH_TOKEN")"},
        {"service-profile", "claude_oauth_refresh_token_secret", "string", Need::no, R"("CLAUDE_OAUTH_REFRESH_TOKEN")"},
        {"service-profile", "openai_api_key_secret", "string", Need::no, R"("OPENAI_API_KEY")"},
        {"service-profile", "ssh_public_keys", "list of strings", Need::no, R"(["ssh-ed25519 AAAA ci"])"},
    };
}

Cases secret_cases() {
    const std::string no_name = R"(secret name "" must match [A-Z][A-Z0-9_]*)";
    Cases cases;
    for (const char* kind : {"secret", "user-secret"}) {
        FieldCase named = name(kind, no_name);
        named.value = R"("OTHER_TOKEN")";
        cases.push_back(named);
        cases.push_back({.kind = kind,
                         .path = "plaintext_value",
                         .type = "string",
                         .need = Need::yes,
                         .value = R"("hunter2-canary")",
                         .access = Access::write_only});
        cases.push_back({.kind = kind,
                         .path = "created_at",
                         .type = "timestamp",
                         .value = R"("2026-05-14T18:30:00Z")",
                         .access = Access::read_only});
        cases.push_back(description(kind));
    }
    return cases;
}

Cases machine_cases() {
    return {
        name("machine-type"),
        {"machine-type", "vcpus", "number", Need::yes, "4"},
        {"machine-type", "memory_gb", "number", Need::yes, "16.5"},
        {"machine-type", "architecture", "enum", Need::no, R"("ARCHITECTURE_ARM64")", "", "", architectures},
        {"machine-type", "gce", "object", Need::no, R"({"machine_type": "c3-standard-44"})"},
        in("machine-type-gce", {"machine-type", "gce.machine_type", "string", Need::yes, R"("c3-standard-44")"}),
        in("machine-type-gce",
           {"machine-type", "gce.regions", "map of objects", Need::no, R"({"us-west1": {"cost_per_hour": 0.19}})"}),
        in("machine-type-gce", {"machine-type", "gce.regions.<name>.cost_per_hour", "number", Need::yes, "0.1942"}),
        in("machine-type-aws",
           {"machine-type", "aws.regions", "map of objects", Need::no, R"({"us-west-2": {"cost_per_hour": 0.192}})"}),
        in("machine-type-aws", {"machine-type", "aws.regions.<name>.cost_per_hour", "number", Need::yes, "0.192"}),
        {"machine-type", "aws", "object", Need::no, R"({"instance_type": "m5.xlarge"})"},
        in("machine-type-aws", {"machine-type", "aws.instance_type", "string", Need::yes, R"("c5.9xlarge")"}),
        platform("machine-type"),
        description("machine-type"),
    };
}

Cases disk_cases() {
    return {
        name("disk-type"),
        {"disk-type", "substrate", "enum", Need::yes, R"("SUBSTRATE_GCP")", "", "", substrates},
        {"disk-type", "gcp", "object", Need::when, R"({"disk_type": "pd-balanced"})"},
        {"disk-type", "gcp.disk_type", "string", Need::yes, R"("pd-balanced")"},
        {"disk-type", "gcp.regions", "map of objects", Need::no, R"({"us-west1": {"cost_per_gib_month": 0.1}})"},
        {"disk-type", "gcp.regions.<name>.cost_per_gib_month", "number", Need::yes, "0.1"},
        in("disk-type-aws", {"disk-type", "aws", "object", Need::when, R"({"volume_type": "io2"})"}),
        in("disk-type-aws", {"disk-type", "aws.volume_type", "string", Need::yes, R"("io2")"}),
        in("disk-type-aws",
           {"disk-type", "aws.regions", "map of objects", Need::no, R"({"us-west-2": {"cost_per_gib_month": 0.08}})"}),
        in("disk-type-aws", {"disk-type", "aws.regions.<name>.cost_per_gib_month", "number", Need::yes, "0.08"}),
        platform("disk-type"),
        description("disk-type"),
    };
}

Cases image_cases() {
    return {
        name("image"),
        {"image", "architecture", "enum", Need::yes, R"("ARCHITECTURE_ARM64")", "", "", architectures},
        {"image", "source", "object", Need::yes, R"({"docker": {"repository": "ghcr.io/acme/go", "tag": "v1"}})"},
        {"image", "source.gce", "object", Need::one_of, R"({"self_link": "projects/acme/other"})",
         "source must name exactly one of gce, aws, docker"},
        {"image", "source.gce.self_link", "string", Need::yes, R"("projects/acme/other")"},
        in("image-aws", {"image", "source.aws", "object", Need::one_of, R"({"ami_id": "ami-1", "region": "us-east-1"})",
                         "source must name exactly one of gce, aws, docker"}),
        in("image-aws", {"image", "source.aws.ami_id", "string", Need::yes, R"("ami-1")"}),
        in("image-aws", {"image", "source.aws.region", "string", Need::no, R"("us-east-1")"}),
        in("image-docker",
           {"image", "source.docker", "object", Need::one_of, R"({"repository": "ghcr.io/acme/x", "tag": "v2"})",
            "source must name exactly one of gce, aws, docker"}),
        in("image-docker", {"image", "source.docker.repository", "string", Need::yes, R"("ghcr.io/acme/x")"}),
        in("image-docker", {"image", "source.docker.tag", "string", Need::no, R"("v2")"}),
        {"image", "preinstalled", "string", Need::no, R"("go 1.22\nnode 22\n")"},
        description("image"),
    };
}

Cases placement_cases() {
    Cases cases = {
        name("placement"),
        {"placement", "substrate", "enum", Need::yes, R"("SUBSTRATE_GCP")", "", "", substrates},
        platform("placement"),
        {"placement", "gcp", "object", Need::when, R"({"project": "p", "zones": ["us-east1-b"]})"},
        in("placement-aws", {"placement", "aws", "object", Need::when, R"({"region": "us-east-1"})"}),
        {"placement", "service_account", "string", Need::no, R"("agents@acme.iam.gserviceaccount.com")"},
        {"placement", "gcp.zones", "list of strings", Need::yes, R"(["us-west1-a", "us-west1-b"])"},
        {"placement", "service_account_bindings", "list of objects", Need::no,
         R"([{"gcp_service_account": "ci@acme.iam.gserviceaccount.com"}])"},
        {"placement", "service_account_bindings[].gcp_service_account", "string", Need::one_of,
         R"("ci@acme.iam.gserviceaccount.com")"},
        {"placement", "service_account_bindings[].aws_instance_profile_arn", "string", Need::one_of,
         R"("arn:aws:iam::1:instance-profile/ci")"},
        in("placement-bound", {"placement", "service_account_bindings[].grants", "list of objects", Need::no,
                               R"([{"users": ["bob"], "inline": {"permissions": ["placement-sa.assume"]}}])"}),
        {"placement", "gcp.assign_public_ip", "boolean", Need::no, "true", "", "false"},
        description("placement"),
    };
    for (const char* field : {"project", "network_project", "subnet", "wif_provider_resource_name",
                              "wif_service_account", "wif_readonly_service_account"})
        cases.push_back({.kind = "placement",
                         .path = std::string("gcp.") + field,
                         .type = "string",
                         .value = R"("projects/acme/x")"});
    for (const char* field : {"account_id", "subnet", "instance_profile", "vpc_id", "role_arn", "readonly_role_arn",
                              "oidc_provider_arn", "security_group_id", "instance_profile_arn"})
        cases.push_back({.kind = "placement",
                         .path = std::string("aws.") + field,
                         .type = "string",
                         .value = R"("arn:aws:x")",
                         .base = "placement-aws"});
    cases.push_back({.kind = "placement",
                     .path = "aws.region",
                     .type = "string",
                     .need = Need::yes,
                     .value = R"("us-east-1")",
                     .base = "placement-aws"});
    for (const char* field : {"security_groups", "subnet_ids"})
        cases.push_back({.kind = "placement",
                         .path = std::string("aws.") + field,
                         .type = "list of strings",
                         .value = R"(["sg-1", "sg-2"])",
                         .base = "placement-aws"});
    return cases;
}

Cases composition_cases() {
    return {
        name("recipe"),
        {"recipe", "base_image_gce_ref", "string", Need::one_of, R"("other-gce")", no_base_image},
        {"recipe", "base_image_aws_ref", "string", Need::one_of, R"("other-aws")"},
        {"recipe", "provisioning_timeout", "duration", Need::yes, R"("25m")"},
        {"recipe", "provisioning_script", "string", Need::no, R"("#!/bin/bash\nset -e\n\nmake install\n")"},
        {"recipe", "secret_allowlist", "list of strings", Need::no, R"(["GH_BOT_TOKEN"])"},
        description("recipe"),
        name("environment"),
        {"environment", "substrate", "enum", Need::yes, R"("SUBSTRATE_AWS")", "", "", substrates},
        {"environment", "machine_type_ref", "string", Need::yes, R"("murmur-n2-standard-16")"},
        {"environment", "disk_type_ref", "string", Need::yes, R"("murmur-pd-ssd")"},
        {"environment", "disk_size_gb", "integer", Need::yes, "200"},
        {"environment", "startup_script", "string", Need::no, R"("systemctl start docker\n")"},
        description("environment"),
        {"repo-config", "clone_url", "string", Need::yes, R"("git@github.com:acme/other.git")"},
        {"repo-config",
         "conflict_resolution",
         "enum",
         Need::no,
         R"("merge")",
         "",
         "rebase",
         {"rebase", "merge", "none"}},
        {"repo-config", "base_branch", "string", Need::no, R"("release/2.x")"},
        description("repo-config"),
    };
}

Cases launch_cases() {
    return {
        name("workspace"),
        {"workspace", "image_ref", "string", Need::yes, R"("go-stack@9f86d081")"},
        {"workspace", "environment_ref", "string", Need::yes, R"("go-medium")"},
        {"workspace", "placement", "string", Need::yes, R"("murmur-gcp-us-east1")"},
        {"workspace", "repos", "list of objects", Need::yes,
         R"([{"clone_url": "https://github.com/acme/a", "base_branch": "main"}])", "at least one repo is required"},
        {"workspace", "repos[].clone_url", "string", Need::yes, R"("https://github.com/acme/b.git")",
         "repo clone_url is required"},
        {"workspace", "repos[].base_branch", "string", Need::yes, R"("develop")", "repo base_branch is required"},
        {"workspace",
         "repos[].conflict_resolution",
         "enum",
         Need::no,
         R"("merge")",
         "",
         "",
         {"rebase", "merge", "none"}},
        {"workspace", "model", "string", Need::no, R"("claude-sonnet-4-6")"},
        backend("workspace"),
        on_idle("workspace"),
        in("workspace-ports", {"workspace", "ports[].label", "string", Need::yes, R"("api")"}),
        in("workspace-ports", {"workspace", "ports[].port", "integer", Need::yes, "6060"}),
        {"workspace", "min_idle", "integer", Need::no, "4", "", "0"},
        {"workspace", "secret_refs", "list of strings", Need::no, R"(["NPM_TOKEN", "DATABASE_URL"])"},
        {"workspace", "secret_env", "enum", Need::no, R"("plain")", "", "prefixed", {"prefixed", "plain"}},
        {"workspace", "ports", "list of objects", Need::no, R"([{"label": "web", "port": 3000}])"},
        {"workspace", "service_account", "string", Need::no, R"("agents@acme.iam.gserviceaccount.com")"},
        description("workspace"),
        name("alias", "name is required for alias"),
        {"alias", "agent_id", "object", Need::yes, R"({"account": "bob", "agent": ["parent", "child"]})"},
        {"alias", "agent_id.account", "string", Need::yes, R"("bob")"},
        {"alias", "agent_id.agent", "list of strings", Need::yes, R"(["other-agent"])"},
        {"alias", "agent_id.workspace", "string", Need::no, R"("acme-api")"},
        {"alias", "port", "integer", Need::yes, "6060"},
        description("alias"),
    };
}

Cases behaviour_cases() {
    return {
        {"agent-persona", "description", "string", Need::no, R"("PR reviewer focused on correctness.")"},
        {"agent-persona", "model", "string", Need::no, R"("claude-opus-4-6")"},
        {"agent-persona", "category", "string", Need::no, R"("review")"},
        backend("agent-persona"),
        on_idle("agent-persona"),
        {"agent-persona", "tools", "list of strings", Need::no, R"j(["Read", "Bash(git log*)"])j"},
        {"agent-persona", "disallowed_tools", "list of strings", Need::no,
         R"j(["Bash(rm *)", "Bash(git push --force*)"])j"},
        {"agent-persona", "max_turns", "integer", Need::no, "40"},
        {"agent-persona", "tasks", "list of strings", Need::no, R"(["Run the tests.", "Open a PR: with text"])"},
        {"flight", "workspace", "string", Need::yes, R"("acme-api")"},
        {"flight", "daemon", "boolean", Need::no, "true", "", "false"},
        {"flight", "paused", "boolean", Need::no, "true", "", "false"},
        {"flight", "on", "map of objects", Need::no,
         R"({"pr_opened": {"repos": ["https://github.com/acme/api"], "base_branches": ["main"]},)"
         R"( "schedule": {"cron": "0 2 * * 1-5", "timezone": "America/Los_Angeles"}})"},
        {"flight", "persona", "string", Need::no, R"("reviewer")"},
        {"flight", "model", "string", Need::no, R"("sonnet")"},
        {"flight", "service_profile", "string", Need::no, R"("ci-bot")"},
        {"flight", "max_concurrent", "integer", Need::no, "5", "", "0"},
        {"flight", "dequeue_strategy", "enum", Need::no, R"("one")", "", "all", {"all", "one", "five"}},
        {"flight",
         "expected_output",
         "enum",
         Need::no,
         R"("respond")",
         "",
         "",
         {"pr", "push", "respond", "diff", "report", "none"}},
        on_idle("flight"),
        {"flight", "idle_timeout", "duration", Need::no, R"("90m")"},
        {"flight", "tags", "list of strings", Need::no, R"(["nightly-rebake"])"},
        description("flight"),
    };
}
}

const std::vector<FieldCase>& field_cases() {
    static const Cases cases = [] {
        Cases all;
        for (const Cases& part :
             {identity_cases(), binding_cases(), secret_cases(), machine_cases(), disk_cases(), image_cases(),
              placement_cases(), composition_cases(), launch_cases(), behaviour_cases(), limits_of("pool-config"),
              limits_of("workspace"), limits_of("agent-persona")})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return cases;
}
}
