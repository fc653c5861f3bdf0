#!/usr/bin/env bash
# A tenant from nothing to a workspace that agents run in, as the guide has it: the pool's ceiling, secrets, a recipe, an
# environment, a workspace, the repository's configuration, a persona and a flight, each given as a person would type it.
# Then an agent on this computer, in a workspace of the same tenant that hands it a secret.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo api
make_repo shared-libs
mkdir -p ~/code
git clone -q "$WORLD/origins/api.git" ~/code/acme-api
cd ~/code/acme-api
mkdir .murmur
printf 'tenant:\n  provider: github_app\n  org: acme\n' >.murmur/murmur.yaml
assert_contains "$(murmur tenant whoami)" "github_app/acme"
kinds=" $(murmur describe --json | sed -nE 's/^    "name": "(.*)",?$/\1/p' | paste -sd' ') "
for kind in pool-config user group role tenant-binding service-profile secret user-secret machine-type disk-type image \
    placement recipe environment repo-config workspace alias agent agent-persona flight; do
    assert_contains "$kinds" " $kind "
done

# ---------------------------------------------------------------------------------------------------- the pool

assert_eq 'Set pool-config "default"' "$(
echo 'max_vms: 50
reap_stranded_agents: enabled' | murmur set pool-config default
)"
assert_contains "$(murmur get pool-config default)" "reap_stranded_agents: enabled"

# ---------------------------------------------------------------------------------------------------- secrets

assert_eq 'Set secret "NPM_TOKEN"' "$(
echo "npm_abc123def456" | murmur secret set NPM_TOKEN
)"
assert_eq 'Set secret "GH_BOT_TOKEN"' "$(
echo "ghp_yyyyy" | murmur secret set GH_BOT_TOKEN
)"
assert_eq 'Set secret "DATABASE_URL"' "$(
echo "postgres://..." | murmur secret set DATABASE_URL
)"
assert_eq "DATABASE_URL GH_BOT_TOKEN NPM_TOKEN" "$(murmur secret ls -q | paste -sd' ')"
assert_lacks "$(murmur get secret NPM_TOKEN; murmur describe secret NPM_TOKEN)" "npm_abc123def456"

# ---------------------------------------------------------------------------------------------------- a recipe

assert_eq 'Set recipe "go-stack"' "$(
cat <<'EOF' | murmur set recipe go-stack
name: go-stack
base_image_gce_ref: murmur-debian12-gce
base_image_aws_ref: murmur-debian12-aws
provisioning_timeout: 25m
provisioning_script: |
  #!/bin/bash
  set -euo pipefail
  export DEBIAN_FRONTEND=noninteractive

  # Go
  curl -fsSL https://go.dev/dl/go1.22.0.linux-amd64.tar.gz | tar -C /usr/local -xz
  echo 'PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin:/home/murmur/go/bin' >> /etc/environment

  # Node.js for the frontend in the same repo
  curl -fsSL https://deb.nodesource.com/setup_22.x | bash -
  apt-get install -y -qq nodejs
  npm install -g pnpm

  # Build tooling
  apt-get install -y -qq build-essential make jq postgresql-client

  # gcloud CLI (handy for inspecting cloud state from inside the agent)
  curl -fsSL https://packages.cloud.google.com/apt/doc/apt-key.gpg | gpg --dearmor -o /usr/share/keyrings/cloud.google.gpg
  echo "deb [signed-by=/usr/share/keyrings/cloud.google.gpg] https://packages.cloud.google.com/apt cloud-sdk main" \
    > /etc/apt/sources.list.d/google-cloud-sdk.list
  apt-get update -qq
  apt-get install -y -qq google-cloud-cli

secret_allowlist:
  - GH_BOT_TOKEN     # available to the bake script for warming private deps
EOF
)"
recipe=$(murmur get recipe go-stack)
assert_contains "$recipe" "  npm install -g pnpm"
assert_contains "$recipe" 'cloud-sdk main" \
    > /etc/apt'
assert_contains "$recipe" "GH_BOT_TOKEN"

# ---------------------------------------------------------------------------------------------------- an environment

assert_eq 'Set environment "go-medium"' "$(
echo 'name: go-medium
substrate: SUBSTRATE_GCP
machine_type_ref: murmur-n2-standard-4
disk_type_ref: murmur-pd-balanced
disk_size_gb: 100
description: "4 vCPU / 16 GB / 100 GB pd-balanced — go-stack default"' | \
  murmur set environment go-medium
)"
assert_contains "$(murmur get environment go-medium)" "4 vCPU / 16 GB / 100 GB pd-balanced — go-stack default"

# ---------------------------------------------------------------------------------------------------- a workspace

assert_eq 'Set workspace "acme-api"' "$(
cat <<EOF | murmur set workspace acme-api
name: acme-api
description: "Backend API service. Agents land on go-stack VMs in us-west1."
image_ref: go-stack
environment_ref: go-medium
placement: murmur-gcp-us-west1
min_idle: 2
repos:
  - clone_url: https://github.com/acme/api.git
    base_branch: main
  - clone_url: https://github.com/acme/shared-libs.git
    base_branch: main
secret_refs:
  - NPM_TOKEN
  - GH_BOT_TOKEN
  - DATABASE_URL
ports:
  - label: api
    port: 8080
  - label: pprof
    port: 6060
EOF
)"
assert_contains "$(murmur describe workspace acme-api)" "generation: 1"

# ---------------------------------------------------------------------------------------------------- the repository

cd ~/code/acme-api
cat > .murmur/murmur.yaml <<EOF
tenant:
  provider: github_app
  org: acme
workspace: acme-api
model: claude-opus-4-6
fast_mode: false
EOF
assert_contains "$(murmur tenant whoami)" "github_app/acme"

# ---------------------------------------------------------------------------------------------------- a persona, a flight

assert_eq 'Set agent-persona "reviewer"' "$(
cat <<'EOF' | murmur set agent-persona reviewer
---
description: "PR reviewer focused on correctness and tests."
model: claude-sonnet-4-6
disallowed_tools:
  - "Bash(rm *)"
  - "Bash(git push --force*)"
max_turns: 40
---
You are a thorough but fast PR reviewer. You always:
1. Read every diff hunk end-to-end before commenting.
2. Run the tests that touch the changed files.
3. Distinguish "must fix" from "nice to have" in your review.
4. End with a single APPROVE / REQUEST_CHANGES / COMMENT verdict.
EOF
)"
assert_eq 'Set flight "pr-reviewer"' "$(
cat <<'EOF' | murmur set flight pr-reviewer
---
workspace: acme-api
persona: reviewer
on:
  pr_opened:
    repos: [https://github.com/acme/api]
    base_branches: [main]
  pr_synchronize:
    repos: [https://github.com/acme/api]
    base_branches: [main]
max_concurrent: 5
expected_output: respond
---
# PR Reviewer

Review the PR. Run failing tests locally. Post a single review summary
with inline comments for any blocking issues.
EOF
)"
assert_contains "$(murmur get flight pr-reviewer)" "with inline comments for any blocking issues."

# What holds together cannot be taken apart in the wrong order.
assert_fails murmur rm environment go-medium
assert_contains "$OUTPUT" 'desc = environment "go-medium" is referenced by workspace "acme-api"'
assert_fails murmur rm secret GH_BOT_TOKEN
assert_contains "$OUTPUT" 'recipe "go-stack"'
assert_contains "$OUTPUT" 'workspace "acme-api"'
assert_fails murmur rm workspace acme-api
assert_contains "$OUTPUT" 'flight "pr-reviewer"'

# All of this is one tenant's: the next one begins with builtins alone.
printf 'tenant:\n  provider: github_app\n  org: other\n' >"$WORLD/other.yaml"
assert_eq "" "$(murmur get workspace --config "$WORLD/other.yaml")" "workspaces of another tenant"
assert_fails murmur get workspace acme-api --config "$WORLD/other.yaml"
assert_contains "$OUTPUT" 'code = NotFound desc = workspace "acme-api" not found'

# ---------------------------------------------------------------------------------------------------- an agent

# No cloud's plugin is there, and that is said.
assert_fails murmur spawn fix-auth-bug "Fix the null pointer in user.go line 42" --out pr
assert_contains "$OUTPUT" 'substrate "gcp" not found'

cat <<EOF | murmur set workspace acme-local >/dev/null
name: acme-local
image_ref: murmur-local
environment_ref: murmur-local
placement: murmur-local
repos:
  - clone_url: $WORLD/origins/api.git
    base_branch: main
secret_refs: [NPM_TOKEN]
EOF
cat >>.murmur/murmur.yaml <<'EOF'
backends:
  command:
    command:
      - sh
      - -c
      - |
        printf %s "$MURMUR_SECRET_NPM_TOKEN" | sha256sum >proof
        printf '%s' "${MURMUR_SECRET_GH_BOT_TOKEN-none}" >>proof
        echo "it is $MURMUR_SECRET_NPM_TOKEN"
        git add proof && git commit -qm "Prove it"
EOF
assert_contains "$(murmur spawn fix-auth-bug "Fix the null pointer" -w acme-local --backend command)" "Spawned: fix-auth-bug"
murmur session watch --until-idle -w acme-local fix-auth-bug >"$WORLD/session"
assert_contains "$(cat "$WORLD/session")" "it is "
assert_lacks "$(cat "$WORLD/session")" "npm_abc123def456"
branch=murmur/w/acme-local/u/$(id -un)/fix-auth-bug
proof_is_there() { git -C "$WORLD/origins/api.git" cat-file -e "$branch:proof"; }
wait_until proof_is_there
assert_eq "$(printf %s npm_abc123def456 | sha256sum)
none" "$(git -C "$WORLD/origins/api.git" show "$branch:proof")" "what the agent saw of the secrets"
assert_contains "$(murmur status fix-auth-bug -w acme-local)" "PHASE_TASK_COMPLETE"
assert_contains "$(murmur get agent)" "fix-auth-bug"

# It sleeps or waits in its workspace, which stays until the agent is over.
assert_fails murmur rm workspace acme-local
assert_contains "$OUTPUT" "code = FailedPrecondition desc = workspace \"acme-local\" is referenced by agent \"$(id -un)/fix-auth-bug\""
assert_contains "$OUTPUT" "murmur kill"
murmur kill fix-auth-bug -w acme-local >/dev/null
is_removed() { murmur rm workspace acme-local >/dev/null 2>&1; }
wait_until is_removed
