#!/usr/bin/env bash
# Something else fills the disk of the state directory to its last byte. What murmurd holds back for that is enough to
# kill agents; and when there is room again, it is held back again.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/small_disk.sh"

local=$MURMUR_STATE_DIR/plugins/local
mount_small "$MURMUR_STATE_DIR" 24m
mkdir -m 700 "$MURMUR_STATE_DIR/plugins"
mount_small "$local" 200m

make_repo web
cd web
# Talks without an end.
use_command_backend 'while sleep 0.01; do printf "line %0500d\n" 0; done'
start_daemon
reserve=$MURMUR_STATE_DIR/reserve
ballast=$MURMUR_STATE_DIR/ballast
[[ -s $reserve ]] || fail "nothing is held back"
for slug in one two; do
    murmur spawn "$slug" "talk" >/dev/null
    wait_phase "$slug" PHASE_RUNNING
done

head -c 30000000 /dev/zero >"$ballast" 2>/dev/null || true
is_given_up() { [[ ! -e $reserve ]]; }
wait_until is_given_up
# What is left of it is not for those who talk.
is_refused() { ! OUTPUT=$(murmur spawn "s$RANDOM" "no room" 2>&1); }
wait_until is_refused
assert_contains "$OUTPUT" "code = ResourceExhausted"
assert_contains "$OUTPUT" "no space left on the disk of the state directory"
# All of them can be ended.
mapfile -t slugs < <(murmur ls -q)
((${#slugs[@]} >= 2)) || fail "they are not there: ${slugs[*]}"
for slug in "${slugs[@]}"; do
    murmur kill --discard "$slug" >/dev/null
done
for slug in "${slugs[@]}"; do wait_phase "$slug" PHASE_KILLED; done
[[ -z $(ls -A "$local/machines") ]] || fail "machines are left: $(ls -A "$local/machines")"

rm "$ballast"
is_held_back() { [[ -s $reserve ]]; }
wait_until is_held_back
murmur spawn three "talk" >/dev/null
wait_phase three PHASE_RUNNING
