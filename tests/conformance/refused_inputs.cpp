#include "conformance_cases.hpp"

namespace murmur::conformance {

namespace {

using Inputs = std::vector<RefusedInput>;

/// A workspace with these lines in place of its repositories.
std::string workspace_with(const std::string& repos) {
    return "name: api\nimage_ref: murmur-debian12-gce\nenvironment_ref: murmur-gcp-small\n"
           "placement: murmur-gcp-us-west1\n" +
           repos;
}

std::string role_with(const std::string& permission) { return "name: r\npermissions: [\"" + permission + "\"]\n"; }

std::string no_permission(const std::string& permission) {
    return "invalid permission \"" + permission + "\": must be \"{kind}.{verb}\"";
}

const std::string one_repo = "repos:\n  - {clone_url: https://github.com/acme/api.git, base_branch: main}\n";
const std::string no_source = "group source is required (static, github_admin, or all_tenant_members)";
const std::string name_rule = "name must match [a-z][a-z0-9-]{0,62}";

/// The table "Common errors and validation".
Inputs common_errors() {
    return {
        {"name_is_required", "role", "x", "permissions: [workspace.read]\n", "name is required"},
        {"name_with_capitals", "workspace", "Acme", "name: Acme\n", name_rule},
        {"name_with_underscore", "environment", "go_medium", "name: go_medium\n", name_rule},
        {"name_begins_with_digit", "recipe", "2x", "name: 2x\n", name_rule},
        {"name_of_64_characters", "group", std::string(64, 'a'), "name: " + std::string(64, 'a') + "\n", name_rule},
        {"secret_name_empty", "secret", "", "plaintext_value: x\n", R"(secret name "" must match [A-Z][A-Z0-9_]*)"},
        {"secret_name_small", "secret", "npm-token", "name: npm-token\nplaintext_value: x\n",
         R"(secret name "npm-token" must match [A-Z][A-Z0-9_]*)"},
        {"user_secret_name_small", "user-secret", "token", "name: token\nplaintext_value: x\n",
         R"(secret name "token" must match [A-Z][A-Z0-9_]*)"},
        {"names_differ", "environment", "X", "name: y\n", R"(ref name "X" does not match payload name "y")"},
        {"substrate_is_missing", "environment", "e", "name: e\nmachine_type_ref: m\n", "substrate is required"},
        {"substrate_in_short_form", "environment", "e", "name: e\nsubstrate: gcp\n", "substrate is required",
         "Write SUBSTRATE_GCP."},
        {"no_repos", "workspace", "api", workspace_with(""), "at least one repo is required"},
        {"empty_repos", "workspace", "api", workspace_with("repos: []\n"), "at least one repo is required"},
        {"repo_without_base_branch", "workspace", "api",
         workspace_with("repos:\n  - clone_url: https://github.com/acme/api.git\n"), "repo base_branch is required"},
        {"second_repo_without_base_branch", "workspace", "api",
         workspace_with(one_repo + "  - clone_url: https://github.com/acme/b.git\n"), "repo base_branch is required"},
        {"recipe_without_base_image", "recipe", "r", "name: r\nprovisioning_timeout: 30m\n",
         "at least one of base_image_aws_ref or base_image_gce_ref is required"},
        {"recipe_without_timeout", "recipe", "r", "name: r\nbase_image_gce_ref: murmur-debian12-gce\n",
         "provisioning_timeout is required"},
        {"group_source_as_a_word", "group", "g", "name: g\nsource: static\n", no_source},
        {"group_without_source", "group", "g", "name: g\n", no_source},
        {"grant_without_principal", "tenant-binding", "b", "name: b\ngrant:\n  role: workspace-admin\n",
         "grant must specify at least one group or user"},
        {"grant_with_empty_lists", "tenant-binding", "b", "name: b\ngrant: {users: [], groups: [], role: r}\n",
         "grant must specify at least one group or user"},
        {"repo_config_by_another_name", "repo-config", "backend", "clone_url: https://github.com/org/repo\n",
         R"(ref name "backend" does not match payload name "https://github.com/org/repo")"},
    };
}

/// Messages that only the reference has.
Inputs further_errors() {
    const std::string long_text(1025, 'd');
    const std::string too_long = "description exceeds 1024 byte limit (1025 bytes)";
    return {
        {"max_vms_zero", "pool-config", "default", "max_vms: 0\n", "max_vms must be positive"},
        {"max_vms_negative", "pool-config", "default", "max_vms: -5\n", "max_vms must be positive"},
        {"pool_config_of_another_name", "pool-config", "other", "name: other\nmax_vms: 5\n", "name must be default"},
        {"permissions_empty", "role", "r", "name: r\npermissions: []\n", "permissions must be non-empty"},
        {"permission_without_verb", "role", "r", role_with("workspace"), no_permission("workspace")},
        {"permission_with_two_dots", "role", "r", role_with("workspace.repo.read"),
         no_permission("workspace.repo.read")},
        {"permission_without_kind", "role", "r", role_with(".read"), no_permission(".read")},
        {"permission_with_half_a_star", "role", "r", role_with("work*.read"), no_permission("work*.read")},
        {"permission_in_a_grant", "tenant-binding", "b",
         "name: b\ngrant: {users: [alice], inline: {permissions: [everything]}}\n", no_permission("everything")},
        {"disk_size_negative", "environment", "e",
         "name: e\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: m\ndisk_type_ref: d\ndisk_size_gb: -1\n",
         "disk_size_gb must be non-negative"},
        {"machine_type_ref", "environment", "e", "name: e\nsubstrate: SUBSTRATE_GCP\n", "machine_type_ref is required"},
        {"alias_without_name", "alias", "x", "port: 8080\n", "name is required for alias"},
        {"flight_with_an_unknown_key", "flight", "f", "---\nworkspace: api\nschedule: daily\n---\n# F\n",
         "unknown frontmatter key: \"schedule\""},
        {"persona_with_an_unknown_key", "agent-persona", "p", "---\ntemperature: 1\n---\nYou are.\n",
         "unknown frontmatter key: \"temperature\""},
        {"secret_name_of_murmur", "secret", "MURMUR_X", "name: MURMUR_X\nplaintext_value: x\n",
         R"(secret name "MURMUR_X" is reserved (MURMUR_* is internal))"},
        {"secret_name_of_github", "secret", "GH_TOKEN", "name: GH_TOKEN\nplaintext_value: x\n",
         "secret name \"GH_TOKEN\" is reserved — it is automatically populated from the developer profile"},
        {"user_secret_name_of_murmur", "user-secret", "MURMUR_X", "name: MURMUR_X\nplaintext_value: x\n",
         R"(secret name "MURMUR_X" is reserved (MURMUR_* is internal))"},
        {"description_of_a_role", "role", "r", "name: r\npermissions: [a.read]\ndescription: " + long_text + "\n",
         too_long},
        {"description_of_a_pool_config", "pool-config", "default", "description: " + long_text + "\n", too_long},
        {"description_of_a_secret", "secret", "S", "name: S\nplaintext_value: x\ndescription: " + long_text + "\n",
         too_long},
        {"description_of_a_persona", "agent-persona", "p", "---\ndescription: " + long_text + "\n---\nYou are.\n",
         too_long},
        {"description_of_a_flight", "flight", "f", "---\nworkspace: w\ndescription: " + long_text + "\n---\n# F\n",
         too_long},
    };
}

/// What several fields together, or a text's form, must not be.
Inputs checks_of_workspaces() {
    return {
        {"repo_twice", "workspace", "api",
         workspace_with(one_repo + "  - {clone_url: https://github.com/acme/api, base_branch: main}\n"),
         "repos[1] \"https://github.com/acme/api\" is there twice"},
        {"repo_with_a_password", "workspace", "api",
         workspace_with("repos:\n  - {clone_url: \"https://bob:pw@github.com/acme/api\", base_branch: main}\n"),
         "repos[0].clone_url has a password in it"},
        {"repo_that_is_no_url", "workspace", "api",
         workspace_with("repos:\n  - {clone_url: acme/api, base_branch: main}\n"),
         "repos[0].clone_url is not a clone URL: \"acme/api\""},
        {"repo_that_is_an_option", "workspace", "api",
         workspace_with("repos:\n  - {clone_url: \"--upload-pack=x\", base_branch: main}\n"),
         "repos[0].clone_url is not a clone URL: \"--upload-pack=x\""},
        {"branch_with_a_blank", "workspace", "api",
         workspace_with("repos:\n  - {clone_url: https://github.com/acme/api, base_branch: my branch}\n"),
         "repos[0].base_branch is not the name of a branch: \"my branch\""},
        {"port_zero", "workspace", "api", workspace_with(one_repo + "ports: [{label: web, port: 0}]\n"),
         "ports[0].port must be from 1 to 65535"},
        {"port_too_large", "workspace", "api", workspace_with(one_repo + "ports: [{label: web, port: 65536}]\n"),
         "ports[0].port must be from 1 to 65535"},
        {"port_twice", "workspace", "api",
         workspace_with(one_repo + "ports: [{label: a, port: 80}, {label: b, port: 80}]\n"),
         "ports[1] \"80\" is there twice"},
        {"label_twice", "workspace", "api",
         workspace_with(one_repo + "ports: [{label: a, port: 80}, {label: a, port: 81}]\n"),
         "ports[1] \"a\" is there twice"},
        {"min_idle_negative", "workspace", "api", workspace_with(one_repo + "min_idle: -1\n"),
         "min_idle must be non-negative"},
        {"secret_refs_twice", "workspace", "api", workspace_with(one_repo + "secret_refs: [A, A]\n"),
         "secret_refs[1] \"A\" is there twice"},
        {"alias_port", "alias", "a", "name: a\nagent_id: {account: alice, agent: [x]}\nport: 70000\n",
         "port must be from 1 to 65535"},
    };
}

Inputs checks_of_access() {
    return {
        {"members_twice", "group", "g", "name: g\nstatic: {members: [alice, bob, alice]}\n",
         "static.members[2] \"alice\" is there twice"},
        {"two_sources_of_a_group", "group", "g", "name: g\ngithub_admin: {}\nall_tenant_members: {}\n",
         "only one of static, github_admin and all_tenant_members may be set"},
        {"github_admin_with_fields", "group", "g", "name: g\ngithub_admin: {org: acme}\n",
         "unknown field \"github_admin.org\""},
        {"grant_with_role_and_inline", "tenant-binding", "b",
         "name: b\ngrant: {users: [alice], role: r, inline: {permissions: [a.read]}}\n",
         "grant: only one of role and inline may be set"},
        {"grant_to_no_login", "tenant-binding", "b", "name: b\ngrant: {users: [\"a b\"], role: r}\n",
         "grant.users[0] \"a b\" is not the login of a user"},
        {"grant_with_a_star_inside", "tenant-binding", "b",
         "name: b\ngrant: {users: [alice], role: r, name_pattern: \"a*b\"}\n",
         "grant.name_pattern may have a \"*\" at its end only"},
        {"grant_with_an_unknown_variable", "tenant-binding", "b",
         "name: b\ngrant: {users: [alice], role: r, name_pattern: \"${team}\"}\n",
         "grant.name_pattern has an unknown variable \"${team}\""},
        {"two_ways_to_pay", "user", "u",
         "name: u\nclaude_token_secret: CLAUDE_TOKEN\nanthropic_api_key_secret: ANTHROPIC_API_KEY\n",
         "anthropic_api_key_secret and claude_token_secret exclude each other"},
        {"email_without_at", "user", "u", "name: u\ngit_email: alice\n", "git_email is not an address: \"alice\""},
    };
}

Inputs checks_of_machines() {
    return {
        {"vcpus_zero", "machine-type", "m", "name: m\nvcpus: 0\nmemory_gb: 4\n", "vcpus must be positive"},
        {"memory_negative", "machine-type", "m", "name: m\nvcpus: 1\nmemory_gb: -4\n", "memory_gb must be positive"},
        {"price_negative", "machine-type", "m",
         "name: m\nvcpus: 1\nmemory_gb: 4\ngce: {machine_type: x, regions: {r: {cost_per_hour: -1}}}\n",
         "gce.regions.r.cost_per_hour must be at least 0"},
        {"section_of_another_cloud", "disk-type", "d",
         "name: d\nsubstrate: SUBSTRATE_GCP\ngcp: {disk_type: x}\naws: {volume_type: y}\n",
         "aws is only for substrate SUBSTRATE_AWS"},
        {"zones_of_two_regions", "placement", "p",
         "name: p\nsubstrate: SUBSTRATE_GCP\ngcp: {zones: [us-west1-a, us-east1-b]}\n",
         "gcp.zones must be of one region, and \"us-west1-a\" and \"us-east1-b\" are not"},
        {"image_of_two_sources", "image", "i",
         "name: i\narchitecture: ARCHITECTURE_AMD64\nsource: {gce: {self_link: x}, docker: {repository: y}}\n",
         "source: only one of gce, aws and docker may be set"},
        {"timeout_of_two_hours", "recipe", "r", "name: r\nbase_image_gce_ref: i\nprovisioning_timeout: 2h\n",
         "provisioning_timeout must be from 1s to 1h"},
        {"timeout_without_unit", "recipe", "r", "name: r\nbase_image_gce_ref: i\nprovisioning_timeout: 30\n",
         "provisioning_timeout must be a duration such as 30m or 1h30m"},
        {"script_too_large", "recipe", "r",
         "name: r\nbase_image_gce_ref: i\nprovisioning_timeout: 30m\nprovisioning_script: " +
             std::string((256 << 10) + 1, 'x') + "\n",
         "provisioning_script exceeds 262144 byte limit (262145 bytes)"},
        {"allowlist_of_murmurs_own", "recipe", "r",
         "name: r\nbase_image_gce_ref: i\nprovisioning_timeout: 30m\nsecret_allowlist: [MURMUR_KEY]\n",
         "secret_allowlist[0] must not begin with MURMUR_"},
        {"repo_config_without_host", "repo-config", "https://github.com", "clone_url: https://github.com\n",
         "clone_url is not a clone URL: \"https://github.com\""},
    };
}

Inputs checks_of_agents() {
    return {
        {"nine_tags", "flight", "f", "---\nworkspace: w\ntags: [a, b, c, d, e, f, g, h, i]\n---\n# F\n",
         "tags has more than 8 items"},
        {"event_that_is_no_name", "flight", "f", "---\nworkspace: w\non: {\"PR opened\": {}}\n---\n# F\n",
         "on.\"PR opened\" is not the name of an event"},
        {"turns_negative", "agent-persona", "p", "---\nmax_turns: -1\n---\nYou are.\n",
         "max_turns must be non-negative"},
        {"unknown_field_with_a_near_one", "workspace", "api", workspace_with("reposs: []\n"),
         "unknown field \"reposs\"", "Did you mean \"repos\"?"},
        {"unknown_field_inside", "workspace", "api",
         workspace_with("repos:\n  - {clone_url: https://github.com/acme/api, base_brnch: main}\n"),
         "unknown field \"repos[0].base_brnch\"", "base_branch"},
        {"whole_number", "workspace", "api", workspace_with(one_repo + "min_idle: 2.5\n"),
         "min_idle must be a whole number"},
    };
}

}

const std::vector<RefusedInput>& refused_inputs() {
    static const Inputs inputs = [] {
        Inputs all;
        for (const Inputs& part : {common_errors(), further_errors(), checks_of_workspaces(), checks_of_access(),
                                   checks_of_machines(), checks_of_agents()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return inputs;
}

}
