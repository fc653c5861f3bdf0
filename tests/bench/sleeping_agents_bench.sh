#!/usr/bin/env bash
# What ten thousand sleeping agents cost: murmurd's memory, the time until it serves again after a restart, the first
# listing, and waking one of them; beside the same murmurd with one agent, in the same run.
# Budget: 250 MiB and 500 ms. MURMUR_BENCH_AGENTS and MURMUR_BENCH_RUNS set other numbers.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

agents=${MURMUR_BENCH_AGENTS:-10000}
runs=${MURMUR_BENCH_RUNS:-5}
memory_budget_kib=$((250 * 1024))
restart_budget_us=500000

# median FILE: of one number per line.
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# measure FILE COMMAND...: appends the microseconds it takes.
measure() {
    local file=$1 began=${EPOCHREALTIME/./}
    shift
    "$@" >/dev/null
    printf '%s\n' "$((${EPOCHREALTIME/./} - began))" >>"$file"
}
resident_kib() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$DAEMON_PID/status"; }

# restarts NAME: measures some, and leaves murmurd running.
restarts() {
    local i
    for ((i = 0; i < runs; i++)); do
        measure "$WORLD/$1.stop" stop_daemon
        measure "$WORLD/$1.restart" start_daemon
        measure "$WORLD/$1.list" murmur ls -a -q
    done
    resident_kib >"$WORLD/$1.memory"
    printf '%-14s ends after %6d us, serves after %6d us, murmur ls -a -q takes %6d us, murmurd has %6d KiB\n' "$1" \
        "$(median "$WORLD/$1.stop")" "$(median "$WORLD/$1.restart")" "$(median "$WORLD/$1.list")" "$(cat "$WORLD/$1.memory")"
}

make_repo app
cd app
use_command_backend 'echo done'
start_daemon
murmur spawn sleeper "Say that it is done" >/dev/null
wait_phase sleeper PHASE_TASK_COMPLETE
murmur sleep sleeper >/dev/null
workflow=$(murmur status sleeper --json | sed -n 's/.*"workflowId": *"\([^"]*\)".*/\1/p')
restarts "one agent"

stop_daemon
"$MURMUR_BUILD/tests/bench/copy_agent" "$MURMUR_STATE_DIR" "$workflow" $((agents - 1))
start_daemon
restarts "$agents agents"
(($(murmur ls -a -q | wc -l) == agents)) || fail "there are not $agents agents"
measure "$WORLD/wake" murmur wake sleeper
printf 'waking one of them took %d us; murmurd has %d KiB then\n' "$(cat "$WORLD/wake")" "$(resident_kib)"
(($(resident_kib) <= memory_budget_kib)) || fail "murmurd has more than $memory_budget_kib KiB"
(($(median "$WORLD/$agents agents.restart") <= restart_budget_us)) ||
    fail "murmurd served later than after $restart_budget_us us"
stop_daemon
