#!/usr/bin/env bash
# An agent's life as a person sees it: spawned without any daemon, watched, given a follow-up, put aside, killed.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
# Commits what it is asked, one file for each turn.
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
test "$prompt" = "$MURMUR_PROMPT" || echo "MURMUR_PROMPT differs"
n=$(ls turn-* 2>/dev/null | wc -l)
echo "$prompt" > "turn-$n"
git add . && git commit -q -m "turn $n: $prompt"'

assert_eq "" "$(daemon_pids)" "daemons before the first command"
assert_contains "$(murmur spawn fix-typo "Fix the typo")" "Spawned: fix-typo"
murmur session watch --until-idle fix-typo >"$WORLD/session"
assert_contains "$(cat "$WORLD/session")" "asked: Fix the typo"
assert_lacks "$(cat "$WORLD/session")" "MURMUR_PROMPT differs"

branch=murmur/w/app/u/$(id -un)/fix-typo
status=$(murmur status fix-typo)
assert_contains "$status" "PHASE_TASK_COMPLETE"
assert_contains "$status" "$branch"
assert_contains "$(murmur ls)" "fix-typo"
assert_eq fix-typo "$(murmur ls -q)"

newest_commit() { git -C "$WORLD/origins/app.git" log -1 --format=%s "$branch"; }
pushed() { [[ $(newest_commit) == "$1" ]]; }
wait_until pushed "turn 0: Fix the typo"
# The developer's own checkout is nobody's to touch.
assert_eq "main" "$(git branch --format='%(refname:short)')" "branches of the checkout"
assert_eq "" "$(git status --porcelain | grep -v '^?? .murmur/$' || true)" "changes in the checkout"

# A follow-up is a turn in the same workspace: it sees what the first one left.
murmur queue add fix-typo "Also the footer"
wait_until pushed "turn 1: Also the footer"
assert_eq "turn 1: Also the footer
turn 0: Fix the typo
app: the first commit" "$(origin_log app "$branch")" "commits on the origin"
wait_phase fix-typo PHASE_TASK_COMPLETE
assert_contains "$(murmur session watch --until-idle fix-typo)" "asked: Also the footer"

# The same slug again is refused while it lives.
assert_fails murmur spawn fix-typo "Something else"
assert_contains "$OUTPUT" "fix-typo"

# Asleep its machine has no process that runs; awake it goes on.
murmur sleep fix-typo
wait_phase fix-typo PHASE_SLEEPING
murmur queue add fix-typo "After the sleep"
wait_until pushed "turn 2: After the sleep"

# Killed: terminal, its processes and its directory gone, the branch still there.
murmur kill fix-typo
wait_phase fix-typo PHASE_KILLED
assert_eq "" "$(murmur ls -q)" "agents after the kill"
assert_eq fix-typo "$(murmur ls -a -q)" "agents, ended ones too"
no_runner() { [[ -z $(_runner_pids) ]]; }
_runner_pids() {
    local pid
    for pid in $(_world_processes); do
        [[ $(readlink "/proc/$pid/exe" 2>/dev/null) != */murmur-runner ]] || printf '%s\n' "$pid"
    done
}
wait_until no_runner
assert_eq "turn 2: After the sleep" "$(newest_commit)" "the branch after the kill"
assert_fails murmur queue add fix-typo "Too late"
