#!/usr/bin/env bash
# The runner is killed, or hangs: the agent's phase says so within two lease periods, and nothing of it is left: no
# process, not even one in a session of its own, and no directory.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

printf 'lease: 3s\n' >"$WORLD/murmurd.yaml"
make_repo web
cd web
use_command_backend 'setsid sleep 1000 & echo ready; sleep 1000'
start_daemon --config "$WORLD/murmurd.yaml"

runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
is_ready() { [[ $(murmur status "$1") == *ready* ]]; }
# Nothing runs beside the look itself: it would be found too.
only_the_daemon_is_left() {
    local pid
    for pid in $(_world_processes); do [[ $pid == "$$" || $pid == "$DAEMON_PID" ]] || return 1; done
}

for blow in KILL STOP; do
    slug=agent-${blow,,}
    murmur spawn "$slug" "wait" >/dev/null
    wait_until is_ready "$slug"
    kill "-$blow" "$(runner_of "$slug")"
    began=$SECONDS
    wait_phase "$slug" PHASE_FAILED
    ((SECONDS - began <= 6)) || fail "PHASE_FAILED came after $((SECONDS - began)) s"
    assert_contains "$(murmur status "$slug")" 'reason:   the runner'
    wait_until only_the_daemon_is_left
    assert_eq "" "$(ls "$MURMUR_STATE_DIR/plugins/local/machines")" "machines left"
done
