#!/usr/bin/env bash
# How long an agent is without a runner when its own is killed, and when it hangs: from the blow until another has taken
# over on the same machine and told what was cut off. Budget: two lease periods.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

lease_ms=3000
budget_ms=$((2 * lease_ms))
runs=${MURMUR_BENCH_RUNS:-3}
printf 'lease: %dms\n' "$lease_ms" >"$WORLD/murmurd.yaml"
make_repo app
cd app
use_command_backend 'echo ready; sleep 1000'
start_daemon --config "$WORLD/murmurd.yaml"

runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
is_ready() { [[ $(murmur status "$1") == *ready* ]]; }
for blow in KILL STOP; do
    for ((i = 0; i < runs; i++)); do
        slug=agent-${blow,,}-$i
        murmur spawn "$slug" "wait" >/dev/null
        wait_until is_ready "$slug"
        runner=$(runner_of "$slug")
        began=${EPOCHREALTIME/./}
        kill "-$blow" "$runner"
        wait_phase "$slug" PHASE_IDLE
        took_ms=$(((${EPOCHREALTIME/./} - began) / 1000))
        printf 'SIG%s, lease %d ms: %d ms\n' "$blow" "$lease_ms" "$took_ms"
        ((took_ms <= budget_ms)) || fail "another runner came after $took_ms ms"
        murmur kill "$slug" >/dev/null
    done
done
stop_daemon
