#!/usr/bin/env bash
# A checklist keeps an agent from finishing: it is told what is open, and completes it with murmur from within.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
# Told of its task it leaves it open; reminded, it completes what is active, as an agent would.
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
case $prompt in
*"murmur task update"*)
    for id in $(murmur task ls --active --json | grep -o "\"id\": \"[0-9]*\"" | grep -o "[0-9]*"); do
        murmur task update "$id" -s completed || exit 1
    done
    echo "everything is completed" ;;
*test*)
    echo "package a" > a_test.go; git add . && git commit -qm "Add a test" ;;
*)  echo "nothing to do" ;;
esac'
start_daemon

murmur spawn impl "Write the model" --task "Update the data model" --task "Add the endpoints" --on-idle keep-alive >/dev/null
wait_phase impl PHASE_TASK_COMPLETE
session=$(murmur session watch --until-idle impl)
assert_contains "$session" "Update the data model"
assert_contains "$session" "everything is completed"
assert_eq "1 completed
2 completed" "$(murmur task ls impl --json | grep -oE '"(id|status)": "[a-z0-9_]*"' | cut -d'"' -f4 | paste -d' ' - -)"
assert_contains "$(murmur status impl)" "tasks:"
assert_eq "" "$(murmur task ls --active impl)" "what is open"

# One blocked by another is not active until that is completed; a circle is refused.
assert_eq 3 "$(murmur task create impl "First" -d "before the second")"
assert_eq 4 "$(murmur task create impl "Second")"
murmur task update impl 4 --blocked-by 3 >/dev/null
assert_eq "3" "$(murmur task ls --active impl | tail -n +2 | cut -d' ' -f1)"
assert_fails murmur task update impl 3 --blocked-by 4
assert_contains "$OUTPUT" "rpc error: code = "
assert_contains "$(murmur task ls impl)" "BLOCKED_BY"
assert_eq "task 3 is completed" "$(murmur task update impl 3 -s completed)"
assert_eq "4" "$(murmur task ls --active impl | tail -n +2 | cut -d' ' -f1)"
assert_eq "task 4 is deleted" "$(murmur task update impl 4 -s deleted)"
assert_fails murmur task get impl 77
assert_contains "$OUTPUT" "code = NotFound"
assert_contains "$(murmur task get impl 3)" "before the second"

# One for files becomes active with the commit that touches one of them.
id=$(murmur task create impl "Run the tests again" --activate-when files_modified --pattern '**/*_test.go')
assert_eq "" "$(murmur task ls --active impl)" "before any test was touched"
murmur queue add impl "Add a test" >/dev/null
completed() { [[ $(murmur task get impl "$id") == *TASK_STATUS_COMPLETED* ]]; }
wait_until completed
wait_phase impl PHASE_TASK_COMPLETE
