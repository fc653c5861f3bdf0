#!/usr/bin/env bash
# The first command of the README, in a home directory that has never seen murmur; and with a repository of one's own.
# How long it takes is measured by the benchmark quickstart.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/quickstart.sh"

# No Claude Code of this machine: HOME has no login, and the world has no key.
make_checkout
quickstart=$WORLD/checkout/scripts/quickstart

first=$("$quickstart" 2>&1) || fail "quickstart: $first"
assert_eq "$MURMUR_PRESET programs" "$(cat "$WORLD/builds")" "what was built"
assert_contains "$first" "the demo agent"
assert_contains "$first" "PHASE_TASK_COMPLETE"
assert_contains "$first" "Try next"
slug=$(sed -nE 's/^Spawned: (.*)$/\1/p' <<<"$first")
sha=$(git -C "$XDG_STATE_HOME/murmur/quickstart/hello.git" rev-parse --short "murmur/w/hello/u/$(id -un)/$slug")
assert_contains "$first" "$sha Note the task"

# With the user's own repository. The slug is made of the time in seconds.
make_repo app
wait_until eval '[[ $(date +%m%d-%H%M%S) > ${slug#quick-} ]]'
second=$("$quickstart" --repo "$WORLD/work/app" "Describe the project" 2>&1) || fail "quickstart --repo: $second"
assert_contains "$second" "Note the task: Describe the project"
assert_eq "" "$(git -C "$WORLD/work/app" status --porcelain)" "changes in the user's repository"

# What it says about what cannot be.
git -C "$WORLD/work/app" remote remove origin
assert_fails "$quickstart" --repo "$WORLD/work/app" "Something"
assert_contains "$OUTPUT" "no origin"
assert_fails "$quickstart" --repo "$WORLD" "Something"
assert_contains "$OUTPUT" "not in a git repository"
