#!/usr/bin/env bash
# The runner is killed, or hangs: another takes over on the same machine, nothing of what the first had started is left,
# not even a process in a session of its own, and the record says what was cut off. That it comes within two lease periods
# is measured by the benchmark runner_loss; here it may take as long as a busy machine needs.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

printf 'lease: 5s\n' >"$WORLD/murmurd.yaml"
make_repo web
cd web
use_command_backend 'echo kept > kept.txt; setsid sleep 1000 & echo ready; sleep 1000'
start_daemon --config "$WORLD/murmurd.yaml"

runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
is_ready() { [[ $(murmur status "$1") == *ready* ]]; }
nobody_sleeps() {
    local pid
    for pid in $(_world_processes); do [[ $(cat "/proc/$pid/comm" 2>/dev/null) != sleep ]] || return 1; done
}
# Nothing runs beside the look itself: it would be found too.
only_the_daemon_is_left() {
    local pid
    for pid in $(_world_processes); do [[ $pid == "$$" || $pid == "$DAEMON_PID" ]] || return 1; done
}

for blow in KILL STOP; do
    slug=agent-${blow,,}
    murmur spawn "$slug" "wait" >/dev/null
    wait_until is_ready "$slug"
    runner=$(runner_of "$slug")
    kill "-$blow" "$runner"
    wait_phase "$slug" PHASE_IDLE
    assert_contains "$(murmur status "$slug")" 'turn 1 was cut off'
    [[ $(runner_of "$slug") != "$runner" ]] || fail "the runner is the same"
    nobody_sleeps || fail "something of the lost turn still runs"
    assert_eq kept "$(cat "$MURMUR_STATE_DIR"/plugins/local/machines/*/workspace/web/kept.txt)" "the work on the machine"

    murmur kill "$slug" >/dev/null
    wait_phase "$slug" PHASE_KILLED
    wait_until only_the_daemon_is_left
    assert_eq "" "$(ls "$MURMUR_STATE_DIR/plugins/local/machines")" "machines left"
done
