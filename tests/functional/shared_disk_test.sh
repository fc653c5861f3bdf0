#!/usr/bin/env bash
# The database and the snapshots share one small disk. Work that is larger than what is free is not saved, and the
# status of its agent says so; but it does not fill the disk: another agent still takes turns, new ones can be spawned,
# and the first can be killed without saving.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/small_disk.sh"

mount_small "$MURMUR_STATE_DIR" 24m
mkdir -m 700 "$MURMUR_STATE_DIR/plugins"
mount_small "$MURMUR_STATE_DIR/plugins/local" 200m

make_repo web
cd web
use_command_backend 'prompt=$(cat); case $prompt in big*) head -c 40000000 /dev/urandom >big.bin ;; esac; echo done'
sed -i 's/^  command:$/&\n    commit: never/' .murmur/murmur.yaml
start_daemon
status_says() { [[ $(murmur status "$1") == *"$2"* ]]; }
has_no_upload() { [[ -z $(ls -A "$MURMUR_STATE_DIR/blobs/uploads") ]]; }
free_kb() { df -k --output=avail "$MURMUR_STATE_DIR" | tail -n 1; }

murmur spawn other "small" --on-idle keep-alive >/dev/null
wait_phase other PHASE_TASK_COMPLETE
murmur spawn one "big" --on-idle keep-alive >/dev/null
wait_until status_says one "cannot be saved"
assert_contains "$(murmur status one)" "no room on the disk"
assert_contains "$(murmur status one)" "Make room on the disk of murmurd's state directory"
has_no_upload || fail "a part of it is kept: $(ls -l "$MURMUR_STATE_DIR/blobs/uploads")"
(($(free_kb) > 3000)) || fail "only $(free_kb) kB are free"

for n in 1 2 3; do
    murmur queue add other "small $n" >/dev/null
    has_ended() { [[ $(timeout 2 murmur watch other 2>/dev/null) == *"turn $((n + 1)) ended"* ]]; }
    wait_until has_ended
done
murmur spawn three "small" --on-idle keep-alive >/dev/null
wait_phase three PHASE_TASK_COMPLETE

murmur kill --discard one >/dev/null
wait_phase one PHASE_KILLED
