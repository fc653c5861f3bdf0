#!/usr/bin/env bash
# A machine that cannot be removed: the status of its agent says why and what to do, `kill --discard` does not wait for
# it, its name can be used again, and murmurd goes on trying, also after a restart, until the machine is gone.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

machines=$MURMUR_STATE_DIR/plugins/local/machines
obstacle=
# Something that murmurd's own rights do not suffice for.
hinder() {
    if [[ $(id -u) != 0 ]]; then
        chmod 500 "$machines"
        return
    fi
    obstacle=$1/home/obstacle
    mkdir "$obstacle"
    chattr +i "$obstacle" 2>/dev/null || mount -t tmpfs tmpfs "$obstacle" 2>/dev/null ||
        skip "root can neither make files immutable nor mount here"
}
let_go() {
    [[ -d $machines ]] || return 0
    chmod 700 "$machines"
    local found
    while IFS= read -r found; do
        chattr -i "$found" 2>/dev/null || true
        umount "$found" 2>/dev/null || true
    done < <(find "$machines" -path '*/home/obstacle' -prune)
}
trap 'status=$?; set +e; let_go; (exit "$status"); _end_world' EXIT

make_repo web
cd web
use_command_backend 'prompt=$(cat); echo ready; case $prompt in first*) exec sleep 600 ;; esac'
start_daemon
is_ready() { [[ $(murmur status "$1") == *ready* ]]; }
status_says() { [[ $(murmur status "$1") == *"$2"* ]]; }
has_no_machine() { [[ -z $(ls -A "$machines") ]]; }

murmur spawn one "first" >/dev/null
wait_until is_ready one
first=$(ls "$machines")
hinder "$machines/$first"
murmur kill --discard one >/dev/null
wait_until status_says one "machine $first could not be removed yet"
status=$(murmur status one)
assert_contains "$status" PHASE_DESTROYING
assert_contains "$status" "cannot remove"
assert_contains "$status" "murmur kill --discard one"
is_in_log() { [[ $(timeout 2 murmur watch one 2>/dev/null) == *"machine $first could not be removed yet"* ]]; }
wait_until is_in_log
grep -q 'msg="effect failed" effect=destroy_machine .*hint="[A-Z]' "$DAEMON_LOG" || fail "the log has no hint"
! OUTPUT=$(murmur spawn --force-new one "again" 2>&1) || fail "there were two of them"
assert_contains "$OUTPUT" "murmur kill --discard one"

# Nobody has to wait for that.
assert_eq "killed one" "$(murmur kill --discard one)"
status=$(murmur status one)
assert_contains "$status" PHASE_KILLED
assert_contains "$status" "machine $first could not be removed yet"
! has_no_machine || fail "the machine is gone although it cannot be removed"

# It is tried again, also by the next daemon, while the name is another agent's.
stop_daemon
start_daemon
if [[ $(id -u) == 0 ]]; then
    murmur spawn --force-new one "again" --on-idle keep-alive >/dev/null
    wait_phase one PHASE_TASK_COMPLETE
    [[ -e $machines/.removed-$first && -n $(ls "$machines") ]] || fail "expected two machines: $(ls -A "$machines")"
fi
let_go
is_removed() { [[ ! -e $machines/$first && ! -e $machines/.removed-$first ]]; }
wait_until is_removed
if [[ $(id -u) == 0 ]]; then
    status_says one PHASE_TASK_COMPLETE || fail "the fresh agent was disturbed: $(murmur status one)"
else
    says_nothing() { ! status_says one "could not be removed"; }
    wait_until says_nothing
fi
murmur kill --discard one >/dev/null
wait_until has_no_machine
