#!/usr/bin/env bash
# `kill` saves before the machine goes; `kill --discard` does not, and is also what lets go of a machine that was kept
# because its work could not be saved.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'prompt=$(cat)
echo "$prompt" >open
case $prompt in hold*) echo holding; exec sleep 600 ;; esac
echo done'
sed -i 's/^  command:$/&\n    commit: never/' .murmur/murmur.yaml
start_daemon
machines=$MURMUR_STATE_DIR/plugins/local/machines
has_no_machine() { [[ -z $(ls -A "$machines") ]]; }
is_holding() { [[ $(murmur status "$1") == *holding* ]]; }
snapshots() { murmur snapshot ls -q "$1" | wc -l; }

# In the middle of a turn: the one is saved, the other is not.
murmur spawn saved "hold" >/dev/null
murmur spawn lost "hold" >/dev/null
wait_until is_holding saved
wait_until is_holding lost
assert_eq "killed saved" "$(murmur kill saved)"
assert_eq "killed lost" "$(murmur kill --discard lost)"
wait_phase saved PHASE_KILLED
wait_phase lost PHASE_KILLED
wait_until has_no_machine
assert_eq 1 "$(snapshots saved)" "snapshots of what was killed"
assert_eq 0 "$(snapshots lost)" "snapshots of what was discarded"
mkdir out
murmur snapshot export saved "$WORLD/out" >/dev/null
ls "$WORLD"/out/*.bundle >/dev/null || fail "the export has no bundle: $(ls "$WORLD/out")"

# Begun anew, the slug is free.
murmur spawn --force-new lost "again" --on-idle keep-alive >/dev/null
wait_phase lost PHASE_TASK_COMPLETE
murmur kill --discard lost >/dev/null
wait_phase lost PHASE_KILLED

# Once more is no error for one that has ended, in either way, and changes nothing.
murmur kill --discard saved >/dev/null
assert_eq 1 "$(snapshots saved)" "snapshots after the second kill"

# Work that cannot be saved keeps its machine, and says how to let go of it.
murmur spawn stuck "hold" >/dev/null
wait_until is_holding stuck
blobs=$MURMUR_STATE_DIR/blobs
[[ -d $blobs ]] || fail "no blobs in $(ls "$MURMUR_STATE_DIR")"
rm -rf "$blobs"
echo "not a directory" >"$blobs"
murmur kill stuck >/dev/null
cannot_save() { [[ $(murmur status stuck) == *"cannot be saved"* ]]; }
wait_until cannot_save
assert_eq PHASE_DESTROYING "$(murmur status stuck | sed -n 's/^phase: *//p')"
[[ -n $(ls -A "$machines") ]] || fail "the machine is gone with unsaved work"
murmur kill --discard stuck >/dev/null
wait_phase stuck PHASE_KILLED
wait_until has_no_machine
