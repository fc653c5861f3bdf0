#!/usr/bin/env bash
# The disk of the state directory fills up while an agent talks. Every command says so and does nothing by halves; when
# there is room again the agent's whole session is there, each line once.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/small_disk.sh"

small=$WORLD/small
mount_small "$small" 2500k
export MURMUR_STATE_DIR=$small/state

make_repo web
cd web
# More than the disk can hold, so that the agent is still at it when it is full.
use_command_backend 'i=0; while [ $i -lt 12000 ]; do i=$((i + 1)); printf "line %s %0250d\n" $i 0; done'
murmur spawn talker "talk" >/dev/null
# Only an agent that has its clone and its runner can outlive the full disk.
wait_phase talker PHASE_RUNNING
disk_is_full() { ! murmur spawn "s$RANDOM" "no room" && murmur ls | grep -q talker; }
wait_until disk_is_full

# Small changes find room for a little longer: tidying up the database gives some back.
# Each time another one: what is set already is no write.
strategies=(one five) changes=0
strategy_is_refused() {
    changes=$((changes + 1))
    ! OUTPUT=$(murmur queue strategy talker "${strategies[changes % 2]}" 2>&1)
}
wait_until strategy_is_refused
assert_contains "$OUTPUT" 'code = ResourceExhausted'
assert_contains "$OUTPUT" 'no space left on the disk of the state directory'
assert_contains "$OUTPUT" 'hint: Free some space'
assert_contains "$(murmur status talker)" 'PHASE_RUNNING'

mount -o remount,size=80m "$small"
wait_phase talker PHASE_TASK_COMPLETE
murmur session watch --until-idle talker | sed -n 's/.*line \([0-9]*\) .*/\1/p' >"$WORLD/lines"
seq 12000 | cmp - "$WORLD/lines" || fail "the session's lines are not 1 to 12000, each once and in order"
murmur queue add talker "again" >/dev/null
