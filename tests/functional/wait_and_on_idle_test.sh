#!/usr/bin/env bash
# What becomes of an idle agent can be changed while it lives; and scripts wait for the phase that they need.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

printf 'sleep_after: 200ms\n' >"$WORLD/murmurd.yaml"
make_repo app
cd app
use_command_backend 'prompt=$(cat)
case $prompt in
hold) while [ ! -e "$MURMUR_USER_HOME/go" ]; do sleep 0.02; done ;;
fail) echo "cannot" >&2; exit 3 ;;
itself) murmur on-idle keep-alive ;;
esac
echo "asked: $prompt"'
start_daemon --config "$WORLD/murmurd.yaml"
phase() { murmur status "$1" | sed -n 's/^phase: *//p'; }

# From keep-alive to sleep: its idleness counts from then on. And back: it stays awake.
murmur spawn awake "Work" --on-idle keep-alive >/dev/null
wait_phase awake PHASE_TASK_COMPLETE
assert_eq "on-idle set to sleep for awake" "$(murmur on-idle awake sleep)"
wait_phase awake PHASE_SLEEPING
assert_eq "on-idle set to keep-alive for awake" "$(murmur on-idle awake keep_alive)"
murmur wake awake >/dev/null
assert_eq '"onIdle": "keep-alive"' "$(murmur status --json awake | grep -o '"onIdle": "[a-z-]*"')"
# Others sleep meanwhile, so it would have.
murmur spawn other "Work" >/dev/null
wait_phase other PHASE_SLEEPING
case $(phase awake) in PHASE_IDLE | PHASE_TASK_COMPLETE) ;; *) fail "it sleeps: $(phase awake)" ;; esac
# An agent may say it of itself.
murmur spawn self "itself" >/dev/null
wait_phase self PHASE_TASK_COMPLETE
murmur spawn last "Work" >/dev/null
wait_phase last PHASE_SLEEPING
assert_eq PHASE_TASK_COMPLETE "$(phase self)"
assert_contains "$(murmur watch --no-follow self)" "keep-alive"

for what in terminate terminate-when-prs-resolved; do
    assert_fails murmur on-idle awake "$what"
    assert_contains "$OUTPUT" "on-idle $what cannot be set at runtime"
    assert_contains "$OUTPUT" "Use sleep or keep-alive."
done
assert_fails murmur on-idle awake slep
assert_contains "$OUTPUT" 'Did you mean "sleep"?'
assert_fails murmur on-idle sleep
assert_contains "$OUTPUT" "missing <slug>"

# What --on-idle terminate says at spawn.
murmur spawn brief "Work" --on-idle terminate >/dev/null
murmur wait --phase completed brief >/dev/null
assert_eq "" "$(murmur ls -q | grep -x brief || true)"

# wait: for the phase that is asked for, in any spelling; and for the end, if that comes first.
# It stays where it is waited for: one that sleeps soon may be asleep before anybody looks.
murmur spawn held "hold" --on-idle keep-alive >/dev/null
assert_contains "$(murmur wait held)" "PHASE_RUNNING"
timeout "$wait_limit_s" murmur wait --phase task-complete held >"$WORLD/waited" &
waiter=$!
touch "$HOME/go"
wait "$waiter"
assert_contains "$(cat "$WORLD/waited")" "PHASE_TASK_COMPLETE"
murmur on-idle held sleep >/dev/null
for name in sleeping PHASE_SLEEPING; do assert_contains "$(murmur wait --phase "$name" held)" "PHASE_SLEEPING"; done
murmur kill held >/dev/null
for name in killed canceled PHASE_KILLED PHASE_CANCELED; do murmur wait --phase "$name" held >/dev/null; done
assert_fails murmur wait --phase running held
assert_eq 1 "$CODE"
assert_contains "$OUTPUT" "PHASE_KILLED"
assert_fails murmur wait --phase runing held
assert_eq 2 "$CODE"
assert_contains "$OUTPUT" 'Did you mean'
# --wait of spawn tells by its exit code how it went.
assert_contains "$(murmur spawn waited "Work" --wait)" "response: asked: Work"
CODE=0
murmur spawn failing "fail" --wait >"$WORLD/failed" || CODE=$?
assert_contains "$(cat "$WORLD/failed")" "exit"
