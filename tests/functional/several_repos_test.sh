#!/usr/bin/env bash
# An agent on several repositories: each from its base onto its branch, each prepared by its own hook, once for each
# machine, in the order in which they were named.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

readonly hook=.murmur/hooks/prepare-workspace.sh
# add_hook REPO SCRIPT: on the repository's main branch; it need not be executable.
add_hook() {
    mkdir -p "$WORLD/work/$1/.murmur/hooks"
    printf '%s\n' "$2" >"$WORLD/work/$1/$hook"
    git -C "$WORLD/work/$1" add "$hook"
    git -C "$WORLD/work/$1" commit -qm "A hook"
    git -C "$WORLD/work/$1" push -q
}
# tip REPO BRANCH: the subject of its newest commit on the origin.
tip() { git -C "$WORLD/origins/$1.git" log -1 --format=%s "$2" --; }
own_branch=murmur/w/api/u/$(id -un)/both
for name in api sdk broken; do make_repo "$name"; done
git -C api checkout -q -b stable
git -C api push -q origin stable
git -C api checkout -q main
log=$WORLD/hooks.log
add_hook api "echo \"api \$MURMUR_HOOK \$(basename \"\$PWD\") \$(git branch --show-current) \$GIVEN\" >>$log; echo made >made-by-hook"
add_hook sdk "echo \"sdk \$MURMUR_WORKFLOW_ID\" >>$log"
add_hook broken 'echo "no compiler here" >&2; exit 3'
git -C api push -q origin main:stable

cd api
use_command_backend 'prompt=$(cat)
echo "in $(basename "$PWD"), beside $(ls .. | tr "\n" " "), $(cat made-by-hook)"
for repo in . ../sdk; do
    echo "$prompt" >$repo/note
    git -C $repo add note
    git -C $repo commit -qm "$prompt"
done'
start_daemon

assert_fails murmur spawn both "First note" -w pair --repo "$WORLD/origins/api.git"
assert_contains "$OUTPUT" 'workspace "pair" not found'
murmur spawn both "First note" --repo "$WORLD/origins/api.git=stable:topic/notes" --repo "$WORLD/origins/sdk.git" \
    -e GIVEN=value --wait >/dev/null
assert_contains "$(murmur session watch --until-idle both)" "in api, beside api sdk , made"
assert_eq "api prepare-workspace api topic/notes value
sdk local/$(id -un)/w/api/both" "$(cat "$log")" "what the hooks saw"
# Each is pushed: to the branch that was named, or to the agent's own. The end of a turn waits for it only so long.
has_tip() { [[ $(tip "$1" "$2") == "$3" ]]; }
wait_until has_tip api topic/notes "First note"
wait_until has_tip sdk "$own_branch" "First note"

# Asleep and awake again is the same machine: nothing is prepared anew. A fresh one is.
murmur sleep both >/dev/null
murmur queue add both "Second note" >/dev/null
wait_until has_tip sdk "$own_branch" "Second note"
assert_eq 2 "$(wc -l <"$log")" "hooks that ran"
murmur kill both >/dev/null
wait_phase both PHASE_KILLED
murmur spawn --resurrect both "Third note" --wait >/dev/null
assert_eq 4 "$(wc -l <"$log")" "hooks that ran, on a second machine"
wait_until has_tip api topic/notes "Third note"

# A repository is named by the end of its URL; another one is refused with those that there are.
assert_contains "$(murmur queue conflict-resolution both origins/sdk none)" "set to none"
assert_contains "$(murmur status --timeline both)" "conflict resolution of $WORLD/origins/sdk.git: none"
assert_fails murmur queue conflict-resolution both acme/web merge
assert_contains "$OUTPUT" "$WORLD/origins/sdk.git"

# A hook that fails, fails the spawn, and what it said is the reason.
CODE=0
murmur spawn sad "Never begins" --repo "$WORLD/origins/broken.git" --wait >"$WORLD/said" 2>&1 || CODE=$?
assert_eq 1 "$CODE" "the exit code"
assert_contains "$(cat "$WORLD/said")" "PHASE_FAILED"
assert_contains "$(cat "$WORLD/said")" "no compiler here"
assert_lacks "$(murmur session watch --until-idle -w broken sad)" "> Never begins"

# What cannot be is refused before anything is made.
assert_fails murmur spawn bad "x" --repo "$WORLD/origins/api.git=stable:topic:notes"
assert_contains "$OUTPUT" 'working_branch "topic:notes" is no name for a branch'
assert_fails murmur spawn bad "x" --repo "nowhere=main"
assert_contains "$OUTPUT" '--repo "nowhere" is neither a URL nor a directory'
assert_fails murmur spawn bad "x" --repo "$WORLD/origins/api.git" --repo "$WORLD/origins/api.git"
assert_contains "$OUTPUT" "is there twice"
assert_lacks "$(murmur ls -a -q)" bad
