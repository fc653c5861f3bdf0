#!/usr/bin/env bash
# An origin that refuses what the agent pushes, and commands that cannot be run: the status says so, and the way out.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'cat >/dev/null; echo x >> work; git add work; git commit -qm work'
hook=$WORLD/origins/app.git/hooks/pre-receive
refuse() { printf '#!/bin/sh\n%s\n' "$1" >"$hook"; chmod +x "$hook"; }

# The very first push: there is nothing to lose yet.
refuse 'echo "policy: no branches" >&2; exit 1'
murmur spawn no-branch "work" >/dev/null
wait_phase no-branch PHASE_FAILED
assert_contains "$(murmur status no-branch)" "the origin refused the push"
assert_contains "$(murmur status no-branch)" "policy: no branches"
assert_contains "$(murmur status no-branch)" "hint:"

# A later one: the agent goes on, the status tells it, and the work is kept when the agent ends.
refuse 'while read -r old new ref; do case $(git log -1 --format=%s "$new") in work) echo "policy: no work" >&2; exit 1 ;; esac; done'
murmur spawn no-work "work" >/dev/null
wait_phase no-work PHASE_TASK_COMPLETE
# The end of a turn waits for its push only so long.
was_refused() { [[ $(murmur status no-work) == *"push failed: the origin refused"* ]]; }
wait_until was_refused
assert_contains "$(murmur status no-work)" "policy: no work"
murmur session stop no-work >/dev/null
wait_phase no-work PHASE_COMPLETED
murmur snapshot export no-work "$WORLD/kept" >/dev/null
bundles=("$WORLD"/kept/*.bundle)
[[ -s ${bundles[0]} ]] || bundles=("$WORLD"/kept/*/*.bundle)
[[ -s ${bundles[0]} ]] || fail "no work is kept: $(find "$WORLD/kept")"
git fetch -q "${bundles[0]}" '+refs/*:refs/kept/*'
assert_contains "$(git log --all --format=%s)" "work"

# A command that is there, but cannot be run.
rm "$hook"
printf 'echo hello\n' >"$WORLD/not-executable"
printf 'backends:\n  command:\n    command: ["%s"]\n' "$WORLD/not-executable" >.murmur/murmur.yaml
murmur spawn cannot-run "work" >/dev/null
wait_phase cannot-run PHASE_FAILED
assert_contains "$(murmur status cannot-run)" "not executable"
assert_contains "$(murmur status cannot-run)" "chmod +x"
