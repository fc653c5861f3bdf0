#!/usr/bin/env bash
# A budget ends an agent before the turn that would exceed it, with its work saved, and says which limit it was.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
echo "$prompt" > note; git add note; git commit -qm "$prompt"
echo "murmur:cost {\"usd\": 0.60}"'
start_daemon

murmur spawn saver "One" --max-cost 1 --max-turns 5 --on-idle keep-alive >/dev/null
wait_phase saver PHASE_TASK_COMPLETE
status=$(murmur status saver)
assert_contains "$status" "max-cost:"
assert_contains "$status" "cost:"
budget=$(murmur budget saver)
assert_contains "$budget" "max-cost      \$1.00  \$0.60  \$0.40"
assert_contains "$budget" "max-turns     5      1      4"
assert_contains "$budget" "max-time      none"

# The second turn begins below the limit; a third one would not.
murmur queue add saver "Two" >/dev/null
spent_all() { [[ $(murmur budget saver) == *'$1.20'* ]]; }
wait_until spent_all
murmur wait --phase task-complete saver >/dev/null || true
assert_fails murmur queue add saver "Three"
assert_contains "$OUTPUT" "max-cost"
assert_contains "$OUTPUT" "hint: "
assert_lacks "$(murmur session watch --until-idle saver)" "asked: Three"

# With more of it, it goes on.
assert_contains "$(murmur budget saver --max-cost 10)" "\$10.00"
assert_contains "$(murmur budget saver)" "max-turns     5"
murmur queue add saver "Three" >/dev/null
wait_for_three() { [[ $(git -C "$WORLD/origins/app.git" log -1 --format=%s "murmur/w/app/u/$(id -un)/saver") == Three ]]; }
wait_until wait_for_three
assert_contains "$(murmur budget saver --max-turns none)" "max-turns     none"

# Turns count, too: with one allowed, what waits in the queue is not begun, and the agent ends with the reason.
murmur spawn short "One" --max-turns 1 --on-idle keep-alive >/dev/null
wait_phase short PHASE_TASK_COMPLETE
assert_fails murmur queue add short "Two"
assert_contains "$OUTPUT" "max-turns"

# A cost that was made from tokens, or that the backend only estimates, is marked wherever it is shown.
use_command_backend 'cat >/dev/null
echo "murmur:cost {\"usd\": 0.25, \"estimated\": true}"'
murmur spawn guess "One" --on-idle keep-alive >/dev/null
wait_phase guess PHASE_TASK_COMPLETE
assert_contains "$(murmur ls | grep -w guess)" "~\$0.25"
assert_lacks "$(murmur ls | grep -w saver)" "~"
assert_contains "$(murmur status guess)" "\$0.25 (estimated)"
assert_lacks "$(murmur status saver)" "(estimated)"
assert_eq 1 "$(murmur ls --json | grep -c '"cost_estimated": true')" "agents whose cost is estimated"
stop_daemon
start_daemon
assert_contains "$(murmur ls | grep -w guess)" "~\$0.25"
