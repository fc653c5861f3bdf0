#!/usr/bin/env bash
# A checklist and a queue outlive the machine: an agent that is stopped and resurrected has both as they were. A fork has
# a copy of the checklist, and of the queue nothing: what waits for the one is not for the other.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

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
        echo "told: $MURMUR_PROMPT" | tr '\n' ' '
        echo
        case $MURMUR_PROMPT in hold*) echo holding; sleep 1000 ;; esac
EOF
session_says() { [[ $(murmur session watch --until-idle "$1") == *"$2"* ]]; }
is_holding() { [[ $(murmur status "$1") == *holding* ]]; }
told() { murmur session watch --until-idle "$1" | sed -n 's/.*told: //p' | sed 's/ *$//' | paste -sd '|'; }

murmur spawn --dequeue-strategy one one "begin" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
first=$(murmur task create one "the first thing")
second=$(murmur task create one "the second thing")
murmur task update one "$first" -s completed >/dev/null
murmur queue add one "hold" >/dev/null
wait_until is_holding one
murmur queue add one "later 1" >/dev/null
murmur queue add one "later 2" >/dev/null
tasks=$(murmur task ls one --json)

# Another one branches off while both wait.
murmur spawn --fork-from one two "on my own" >/dev/null
wait_until session_says two "told: on my own"
! session_says two "later" || fail "the fork was told what the other waits for"
assert_eq "$tasks" "$(murmur task ls one --json)" "the checklist after a fork"
assert_eq "$tasks" "$(murmur task ls two --json)" "the checklist of the fork"
murmur task update two "$second" -s completed >/dev/null
assert_eq "$tasks" "$(murmur task ls one --json)" "the checklist after a change of the fork's"
assert_eq 3 "$(murmur task create two "the third thing")" "the next task of the fork"

murmur session stop one >/dev/null
wait_phase one PHASE_COMPLETED
assert_eq "$tasks" "$(murmur task ls one --json)" "the checklist of the ended"

murmur spawn --resurrect one "go on" >/dev/null
# Each message a turn of its own, in the order in which they were given, the prompt behind them.
wait_until session_says one "told: go on"
[[ $(told one) == *"later 1|later 2|go on"* ]] || fail "the order: $(told one)"
assert_contains "$(murmur task ls one --json)" "the first thing"
assert_contains "$(murmur task ls one --json)" "the second thing"
murmur task update one "$second" -s completed >/dev/null
wait_phase one PHASE_TASK_COMPLETE
for message in "later 1" "later 2" "go on"; do
    assert_eq 1 "$(told one | tr '|' '\n' | grep -cx "$message")" "times that \"$message\" was told"
done
