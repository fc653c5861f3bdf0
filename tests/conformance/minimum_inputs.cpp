#include <murmur/error.hpp>

#include "conformance_cases.hpp"

namespace murmur::conformance {

const std::vector<MinimumInput>& minimum_inputs() {
    static const std::vector<MinimumInput> inputs = {
        {"pool-config", "pool-config", "default", "max_vms: 50\n"},
        {"user", "user", "alice", "name: alice\n"},
        {"group", "group", "backend-team", "name: backend-team\nstatic:\n  members:\n    - alice\n    - bob\n"},
        {"group-github-admin", "group", "github-admins", "name: github-admins\ngithub_admin: {}\n"},
        {"group-all-tenant-members", "group", "everyone", "name: everyone\nall_tenant_members: {}\n"},
        {"role", "role", "workspace-admin",
         "name: workspace-admin\npermissions:\n  - workspace.read\n  - workspace.list\n  - workspace.edit\n"
         "  - workspace.delete\n"},
        {"tenant-binding", "tenant-binding", "backend-admins",
         "name: backend-admins\ngrant:\n  groups: [backend-team]\n  role: workspace-admin\n"},
        {"tenant-binding-inline", "tenant-binding", "readers",
         "name: readers\ngrant:\n  users: [alice]\n  inline: {permissions: [workspace.read]}\n"},
        {"service-profile", "service-profile", "ci-bot", "name: ci-bot\n"},
        {"secret", "secret", "NPM_TOKEN", "name: NPM_TOKEN\nplaintext_value: npm_abc123def456\n"},
        {"user-secret", "user-secret", "MY_PERSONAL_TOKEN",
         "name: MY_PERSONAL_TOKEN\nplaintext_value: sk-personal-xyz\n"},
        {"machine-type", "machine-type", "build-box", "name: build-box\nvcpus: 16\nmemory_gb: 64\n"},
        {"machine-type-gce", "machine-type", "build-box",
         "name: build-box\nvcpus: 4\nmemory_gb: 16\ngce:\n  machine_type: n2-standard-4\n"
         "  regions:\n    us-west1: {cost_per_hour: 0.25}\n"},
        {"machine-type-aws", "machine-type", "build-box",
         "name: build-box\nvcpus: 4\nmemory_gb: 16\naws:\n  instance_type: m5.xlarge\n"
         "  regions:\n    us-west-2: {cost_per_hour: 0.25}\n"},
        {"disk-type", "disk-type", "fast-disk",
         "name: fast-disk\nsubstrate: SUBSTRATE_GCP\ngcp:\n  disk_type: pd-ssd\n"
         "  regions:\n    us-west1: {cost_per_gib_month: 0.2}\n"},
        {"disk-type-aws", "disk-type", "fast-volume",
         "name: fast-volume\nsubstrate: SUBSTRATE_AWS\naws:\n  volume_type: gp3\n"
         "  regions:\n    us-west-2: {cost_per_gib_month: 0.2}\n"},
        {"image", "image", "go-stack",
         "name: go-stack\narchitecture: ARCHITECTURE_AMD64\nsource:\n  gce:\n    self_link: projects/acme/go-stack\n"},
        {"image-aws", "image", "go-stack",
         "name: go-stack\narchitecture: ARCHITECTURE_ARM64\nsource:\n  aws: {ami_id: ami-0abc, region: us-west-2}\n"},
        {"image-docker", "image", "go-stack",
         "name: go-stack\narchitecture: ARCHITECTURE_AMD64\nsource:\n  docker: {repository: ghcr.io/acme/go, tag: "
         "v1}\n"},
        {"placement", "placement", "acme-west",
         "name: acme-west\nsubstrate: SUBSTRATE_GCP\ngcp:\n  project: acme-agents\n  zones: [us-west1-a]\n"},
        {"placement-aws", "placement", "acme-aws",
         "name: acme-aws\nsubstrate: SUBSTRATE_AWS\naws:\n  account_id: \"123456789012\"\n  region: us-west-2\n"},
        {"placement-bound", "placement", "acme-west",
         "name: acme-west\nsubstrate: SUBSTRATE_GCP\ngcp:\n  project: acme-agents\n  zones: [us-west1-a]\n"
         "service_account_bindings:\n  - gcp_service_account: ci@acme.iam.gserviceaccount.com\n"
         "    grants: [{groups: [murmur-all-members], inline: {permissions: [placement-sa.assume]}}]\n"},
        {"workspace-ports", "workspace", "my-workspace",
         "name: my-workspace\nimage_ref: murmur-debian12-gce\nenvironment_ref: murmur-gcp-small\n"
         "placement: murmur-gcp-us-west1\nrepos:\n  - clone_url: https://github.com/acme/my-repo.git\n"
         "    base_branch: main\nports:\n  - {label: web, port: 3000}\n"},
        {"recipe", "recipe", "my-recipe",
         "name: my-recipe\nbase_image_gce_ref: murmur-debian12-gce\nprovisioning_timeout: 30m\n"
         "provisioning_script: |\n  #!/bin/bash\n  set -e\n  echo \"build your toolchain here\"\n"},
        {"environment", "environment", "go-medium",
         "name: go-medium\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: murmur-n2-standard-4\n"
         "disk_type_ref: murmur-pd-balanced\ndisk_size_gb: 100\n"},
        {"repo-config", "repo-config", "https://github.com/acme/backend",
         "clone_url: https://github.com/acme/backend\n"},
        {"workspace", "workspace", "my-workspace",
         "name: my-workspace\nimage_ref: murmur-debian12-gce\nenvironment_ref: murmur-gcp-small\n"
         "placement: murmur-gcp-us-west1\nrepos:\n  - clone_url: https://github.com/acme/my-repo.git\n"
         "    base_branch: main\n"},
        {"alias", "alias", "my-preview",
         "name: my-preview\nagent_id:\n  account: alice\n  agent: [fix-auth-bug]\nport: 8080\n"},
        {"agent-persona", "agent-persona", "helper",
         "---\ndescription: One-line summary used in catalog listings.\n---\n"
         "You are a helpful coding assistant. Use the available tools.\n"},
        {"flight", "flight", "my-flight",
         "---\nworkspace: my-workspace\n---\n# Flight body — describes what the pilot agent should do.\n"},
    };
    return inputs;
}

const MinimumInput& minimum_input(const std::string& label) {
    for (const MinimumInput& input : minimum_inputs())
        if (input.label == label) return input;
    throw Error(Errc::not_found, "there is no input \"" + label + "\"");
}

}
