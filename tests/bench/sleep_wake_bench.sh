#!/usr/bin/env bash
# How long a local agent takes to fall asleep and to run again, as the command that asks for it sees it, beside stopping
# and continuing a process by signal. Budget: 50 ms from asleep to running.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

wake_budget_us=50000
runs=${MURMUR_BENCH_RUNS:-30}
make_repo app
cd app
use_command_backend 'echo done'
start_daemon
murmur spawn sleeper "Say that it is done" >/dev/null
wait_phase sleeper PHASE_TASK_COMPLETE

# percentile P FILE: of one number per line.
percentile() { sort -n "$2" | awk -v p="$1" '{ v[NR] = $1 } END { i = int((NR * p + 99) / 100); print v[i < 1 ? 1 : i] }'; }
# measure FILE COMMAND...: appends the microseconds it takes.
measure() {
    local file=$1 began=${EPOCHREALTIME/./}
    shift
    "$@" >/dev/null
    printf '%s\n' "$((${EPOCHREALTIME/./} - began))" >>"$file"
}

sleep 1000 &
peer=$!
for ((i = 0; i < runs; i++)); do
    measure "$WORLD/stop" kill -STOP $peer
    measure "$WORLD/continue" kill -CONT $peer
    measure "$WORLD/sleep" murmur sleep sleeper
    measure "$WORLD/wake" murmur wake sleeper
    [[ $(murmur status sleeper) == *'[running]'* ]] || fail "murmur wake came back before the machine ran"
done
kill $peer
for what in stop continue sleep wake; do
    printf '%-8s p50 %6d us, p99 %6d us\n' "$what" "$(percentile 50 "$WORLD/$what")" "$(percentile 99 "$WORLD/$what")"
done
(($(percentile 99 "$WORLD/wake") <= wake_budget_us)) || fail "waking took more than $wake_budget_us us"
stop_daemon
