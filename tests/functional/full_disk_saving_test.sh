#!/usr/bin/env bash
# There is no room for a snapshot: where murmurd keeps them, then on the machine itself. The agent goes on, its status
# says why, no machine is removed; and when there is room the work is saved by itself.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/small_disk.sh"

blobs=$MURMUR_STATE_DIR/blobs
local=$MURMUR_STATE_DIR/plugins/local
machines=$local/machines
mkdir -p "$machines"
chmod 700 "$MURMUR_STATE_DIR" "$MURMUR_STATE_DIR/plugins" "$local"
mount_small "$blobs" 4m

make_repo web
cd web
mkdir .murmur
cat >.murmur/murmur.yaml <<'EOF'
backends:
  command:
    commit: never
    command:
      - sh
      - -c
      - |
        case $MURMUR_PROMPT in
        make*) head -c 10000000 /dev/urandom >big.bin ;;
        esac
        echo "sum: $(sha256sum <big.bin | cut -c1-64)"
EOF
last_sum() { murmur session watch --until-idle "$1" | sed -n 's/.*sum: \([0-9a-f]*\).*/\1/p' | tail -n 1; }
has_sums() { (($(murmur session watch --until-idle "$1" | grep -c 'sum: ') == $2)); }
sum_in_work() { sha256sum <"$(echo "$machines"/*/workspace/web/big.bin)" | cut -c1-64; }
has_snapshot() { [[ -n $(murmur snapshot ls -q "$1") ]]; }
status_says() { [[ $(murmur status "$1") == *"$2"* ]]; }
has_no_machine() { [[ -z $(ls "$machines") ]]; }
stays() {
    wait_until status_says one "the work cannot be saved"
    assert_contains "$(murmur status one)" PHASE_DESTROYING
    ! has_no_machine || fail "the machine is gone, and its work with it"
}
start_daemon

# The disk of murmurd: the turn ends, and another one works.
murmur spawn one "make" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
assert_contains "$(murmur status one)" "the work cannot be saved"
assert_contains "$(murmur status one)" "no room on the disk"
assert_contains "$(murmur status one)" "Make room on the disk of murmurd's state directory"
murmur queue add one "again" >/dev/null
wait_until has_sums one 2
! has_snapshot one || fail "a snapshot was made of nothing"
mount -o remount,size=60m "$blobs"
wait_until has_snapshot one
says_nothing() { ! status_says one "cannot be saved"; }
wait_until says_nothing

# Full again, and the agent is killed: its machine stays until the work is saved.
head -c 60000000 /dev/zero >"$blobs/ballast" 2>/dev/null || true
murmur queue add one "make another" >/dev/null
wait_until status_says one "no room on the disk"
sum=$(sum_in_work)
murmur kill one >/dev/null
stays
rm "$blobs/ballast"
wait_phase one PHASE_KILLED
wait_until has_no_machine

# The machine's own disk.
mount_small "$local" 50m
mkdir -m 700 "$machines"
murmur spawn --resurrect one "look" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
assert_eq "$sum" "$(last_sum one)" "the sum on a fresh machine"
head -c 50000000 /dev/zero >"$local/ballast" 2>/dev/null || true
murmur queue add one "make a third" >/dev/null
wait_until status_says one "the work cannot be saved"
murmur kill one >/dev/null
stays
sum=$(sum_in_work)
mount -o remount,size=100m "$local"
wait_phase one PHASE_KILLED
rm "$local/ballast"
wait_until has_no_machine
murmur spawn --resurrect one "look" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
assert_eq "$sum" "$(last_sum one)" "the sum after all that"
