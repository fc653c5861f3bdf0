#!/usr/bin/env bash
# The daemon starts on demand, once, whatever lies about from an earlier life.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

# Ten commands at once, none of which finds a daemon: one is started, and all are served by it.
clients=()
for i in {1..10}; do
    murmur ls --json >"$WORLD/ls.$i" 2>&1 &
    clients+=($!)
done
for pid in "${clients[@]}"; do
    wait "$pid" || fail "one of ten commands failed: $(cat "$WORLD"/ls.*)"
done
mapfile -t daemons < <(daemon_pids)
assert_eq 1 "${#daemons[@]}" "daemons after ten commands at once"
for i in {1..10}; do assert_eq "[]" "$(cat "$WORLD/ls.$i")" "the answer to command $i"; done

assert_contains "$(murmur daemon status)" "pid:     ${daemons[0]}"
assert_eq 700 "$(stat -c %a "$MURMUR_RUNTIME_DIR")" "mode of the runtime directory"

# Killed, it leaves its socket behind; that is no reason not to start.
kill -KILL "${daemons[0]}"
wait_until process_is_gone "${daemons[0]}"
[[ -S $MURMUR_RUNTIME_DIR/murmurd.sock ]] || fail "a killed daemon leaves no socket: this test tests nothing"
assert_fails murmur daemon status
assert_eq "[]" "$(murmur ls --json)"
mapfile -t after < <(daemon_pids)
assert_eq 1 "${#after[@]}" "daemons after a stale socket"
[[ ${after[0]} != "${daemons[0]}" ]] || fail "the killed daemon answers"

# daemon stop ends it, and says so the second time.
murmur daemon stop
assert_eq "" "$(daemon_pids)" "daemons after daemon stop"
assert_contains "$(murmur daemon stop)" "not running"
