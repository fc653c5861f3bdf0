#!/usr/bin/env bash
# A session led by hand: what it was told stands in its stream, a turn is interrupted, messages are sent, held back and
# dropped, and the status says why the agent rests.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
case $prompt in
hold*) exec sleep 600 ;;
esac'
start_daemon
session() { murmur session watch --until-idle talker; }
holds() { [[ $(murmur status talker) == *"progress:"*"asked: $1"* ]]; }
# interrupt REASON-TURN: ends the turn that is held.
interrupt() {
    assert_eq "sent" "$(murmur session interrupt talker)"
    wait_phase talker PHASE_IDLE
    assert_contains "$(murmur status talker)" "reason:    turn $1 was interrupted"
}

murmur spawn talker "Begin here" --on-idle keep-alive --wait --max-turns 20 >/dev/null
assert_eq "session started
> Begin here
▍ asked: Begin here
turn complete (end_turn)" "$(session | cut -d' ' -f2-)" "the session"
assert_eq "$(murmur version --client | cut -d' ' -f2)" "$(murmur status talker | sed -n 's/^version: *//p')" "the runner"
assert_fails murmur session interrupt talker
assert_contains "$OUTPUT" "has no turn to interrupt"

# A turn that is interrupted is why the agent rests, until the next one begins.
murmur session send talker "hold on" >/dev/null
wait_until holds "hold on"
assert_lacks "$(murmur status talker)" "reason:"
interrupt 2
assert_contains "$(session)" "> hold on"

# What is queued meanwhile is dropped by queue clear, and by nothing else.
murmur queue add talker "hold again" >/dev/null
wait_until holds "hold again"
assert_lacks "$(murmur status talker)" "reason:"
murmur queue add talker "never told" >/dev/null
murmur queue add talker "neither" >/dev/null
assert_contains "$(murmur status talker)" "queued:     2"
assert_eq "cleared 2 follow-ups" "$(murmur queue clear talker)"
assert_eq "cleared 0 follow-ups" "$(murmur queue clear talker)"
murmur queue add talker "told in the end" >/dev/null
assert_eq "sent" "$(murmur session interrupt talker)"
wait_phase talker PHASE_TASK_COMPLETE
session=$(session)
assert_contains "$session" "> told in the end"
assert_lacks "$session" "never told"
assert_lacks "$(murmur status talker)" "reason:"

# The timeline has all of it, each line with what it is.
timeline=$(murmur status --timeline talker)
for part in "spawned: Begin here" "PHASE_RUNNING" "interrupt asked for" "turn 2 ended: interrupted" "cleared 2" \
    "pushed murmur/w/app/u/$(id -un)/talker at "; do
    assert_contains "$timeline" "Z] $part"
done
assert_contains "$(murmur status --timeline --json talker)" '"type": "spawned"'

# Where there are several workspaces, the list says which.
assert_lacks "$(murmur ls)" "WORKSPACE"
cd ..
make_repo second
cd second
use_command_backend 'cat >/dev/null; echo done'
murmur spawn talker "The same slug" --wait >/dev/null
list=$(murmur ls)
assert_contains "$list" "WORKSPACE"
assert_eq "app second" "$(awk 'NR > 1 { print $NF }' <<<"$list" | sort | xargs)" "the workspaces"
assert_fails murmur status talker
assert_contains "$OUTPUT" "is in several workspaces: "
assert_contains "$(murmur status -w app talker)" "/w/app/talker"
cd ../app

# session stop ends it in good order, and it can be called back.
assert_eq "sent" "$(murmur session stop -w app talker)"
timeout "$wait_limit_s" murmur wait -w app --phase completed talker >/dev/null
ended=$(murmur session watch -w app --until-idle talker)
assert_contains "$ended" "session ended (stopped)"
murmur spawn -w app --resurrect talker "Go on" --wait >/dev/null
assert_contains "$(murmur session watch -w app --until-idle talker)" "> Go on"
