#!/usr/bin/env bash
# murmurd is killed as by a power cut at every step of the outbox, one world after the other: before and after each
# commit, before and after each call into the substrate. Whatever command comes next starts it again; then the run must
# go on in the same runner, and end with every event there once and every follow-up delivered once.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
use_command_backend 'read -r line; echo "turn: $line"; echo "$line" >> log.txt; git add log.txt; git commit -qm "$line"'

# What a user does. A command may find murmurd dead, or see it die: it succeeds all the same, at once, and what it asks
# for is done once. Only one that waits for events may have to be repeated.
persist() {
    local round
    for round in {1..20}; do
        if "$@" >"$WORLD/said" 2>&1; then return 0; fi
        [[ $2 == wait ]] || break
    done
    fail "did not succeed: $*: $(cat "$WORLD/said")"
}

runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }

# check_run SLUG: one life with one crash in it.
check_run() {
    local slug=$1 pid lines
    persist murmur spawn "$slug" "first of $slug"
    timeout 60 murmur wait --phase PHASE_TASK_COMPLETE "$slug" >/dev/null ||
        persist murmur wait --phase PHASE_TASK_COMPLETE "$slug"
    pid=$(runner_of "$slug")
    [[ $pid =~ ^[0-9]+$ ]] || fail "no runner of $slug"
    persist murmur queue add "$slug" "second of $slug"
    wait_until follow_up_done "$slug"
    assert_eq "$pid" "$(runner_of "$slug")" "runner of $slug"
    lines=$(murmur session watch --json --until-idle "$slug" | grep -c "\"text\":\"turn: " || true)
    assert_eq 2 "$lines" "assistant lines of $slug"
    ids=$(murmur session watch --json --until-idle "$slug" | sed -n 's/.*"id":"\([0-9-]*\)".*/\1/p')
    assert_eq "$(sort -u <<<"$ids" | wc -l)" "$(wc -l <<<"$ids")" "session event ids of $slug"
    wait_until pushed_all "$slug"
    assert_eq "second of $slug
first of $slug
web: the first commit" "$(origin_log web "murmur/w/web/u/$(id -un)/$slug")" "commits of $slug"
    persist murmur kill "$slug"
    persist murmur wait --phase PHASE_KILLED "$slug"
    wait_until process_is_gone "$pid"
}
pushed_all() { [[ $(origin_log web "murmur/w/web/u/$(id -un)/$1" | wc -l) == 3 ]]; }
follow_up_done() { [[ $(murmur status "$1") == *"commits:  2"* ]] && wait_phase "$1" PHASE_TASK_COMPLETE; }

faults=(commit:{before,after}:{1..10} effect:{start_machine,destroy_machine}:{before,after})
if [[ -n ${MURMUR_TEST_FAULTS:-} ]]; then read -ra faults <<<"$MURMUR_TEST_FAULTS"; fi
crashes=0
for number in "${!faults[@]}"; do
    # The fault is in the first murmurd only: the one that the next command starts has none.
    # An old timer may ring so early that it dies before it serves: then the next command starts the second one.
    MURMUR_FAULT=${faults[number]} murmurd >"$WORLD/said" 2>&1 || assert_contains "$(cat "$WORLD/said")" "ended before it served"
    first=$(sed -n 's/^murmurd runs, pid //p' "$WORLD/said")
    check_run "a$number"
    # One that has died may still be waiting for init to notice; it is no murmurd any more.
    if [[ -z $first ]] || ! grep -qx "$first" < <(daemon_pids); then
        crashes=$((crashes + 1))
    else
        printf 'not reached: %s\n' "${faults[number]}"
    fi
    murmur daemon stop >/dev/null
done
printf '%s runs, %s crashes\n' "${#faults[@]}" "$crashes"
# Each of these steps is passed in every run.
assert_eq "${#faults[@]}" "$crashes" "runs in which murmurd died"
