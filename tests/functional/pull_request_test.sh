#!/usr/bin/env bash
# Pull requests as CI reports them: checks that are pending keep an agent from being done, those that fail are told in
# its status, and with --on-idle terminate-when-prs-resolved it ends when the last one is merged or closed, not before.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
case $prompt in
open*) murmur report-pr "https://example.org/app/pull/7" --title "From within" ;;
esac'
start_daemon
readonly one=https://example.org/app/pull/1 two=https://example.org/app/pull/2
phase() { murmur status "$1" | sed -n 's/^phase: *//p'; }

# One whose checks run is not done; what is not given stays as it was.
murmur spawn checked "Work" --on-idle keep-alive >/dev/null
wait_phase checked PHASE_TASK_COMPLETE
assert_eq "reported $one for checked" "$(murmur report-pr checked "$one" --state open --checks pending --title "One")"
wait_phase checked PHASE_CHECKS_PENDING
assert_contains "$(murmur status checked)" "$one (open, checks pending)"
assert_contains "$(murmur ls)" "checks-pending"
murmur report-pr checked "$one" --title "Another title" >/dev/null
assert_eq PHASE_CHECKS_PENDING "$(phase checked)"
murmur report-pr checked "$two" --state open --checks pending >/dev/null
murmur report-pr checked "$one" --checks success >/dev/null
assert_eq PHASE_CHECKS_PENDING "$(phase checked)"
murmur report-pr checked "$two" --checks failure >/dev/null
wait_phase checked PHASE_TASK_COMPLETE
status=$(murmur status checked)
assert_contains "$status" "$one (open, checks success)"
assert_contains "$status" "$two (open, checks failure)"
assert_contains "$(murmur status --json checked)" '"title": "Another title"'
assert_contains "$(murmur watch --no-follow checked)" "$two: open, checks failure"
# The same news again is none.
before=$(murmur watch --no-follow checked | wc -l)
murmur report-pr checked "$two" --checks failure >/dev/null
assert_eq "$before" "$(murmur watch --no-follow checked | wc -l)" "events after the same report"

# It ends when the last of its pull requests is resolved; until then it stays, asked for more or not.
murmur spawn shepherd "open one" --on-idle terminate-when-prs-resolved --sleep-after 10m >"$WORLD/refused" 2>&1 &&
    fail "sleep-after with another on-idle was taken"
murmur spawn shepherd "open one" --on-idle terminate-when-prs-resolved >/dev/null
wait_phase shepherd PHASE_TASK_COMPLETE
assert_contains "$(murmur status shepherd)" "https://example.org/app/pull/7 (open)"
murmur report-pr shepherd "$one" --state open --checks pending >/dev/null
wait_phase shepherd PHASE_CHECKS_PENDING
murmur report-pr shepherd https://example.org/app/pull/7 --state merged >/dev/null
assert_eq PHASE_CHECKS_PENDING "$(phase shepherd)"
murmur queue add shepherd "And more" >/dev/null
worked() { [[ $(murmur session watch --until-idle shepherd) == *"asked: And more"* ]]; }
wait_until worked
wait_phase shepherd PHASE_CHECKS_PENDING
murmur report-pr shepherd "$one" --state closed >/dev/null
wait_phase shepherd PHASE_COMPLETED
assert_contains "$(murmur status shepherd)" "all its pull requests are merged or closed"
no_machine() { [[ -z $(ls -A "$MURMUR_STATE_DIR/plugins/local/machines/$1" 2>/dev/null) ]]; }
machine=$(murmur watch --no-follow --json shepherd | grep -oE 'm-[0-9a-f]+' | head -n 1)
[[ -n $machine ]] || fail "no machine is named in its events"
wait_until no_machine "$machine"

# One that sleeps ends, too: without pull requests it behaves like sleep.
murmur spawn drowsy "Work" --on-idle terminate-when-prs-resolved >/dev/null
wait_phase drowsy PHASE_TASK_COMPLETE
murmur sleep drowsy >/dev/null
assert_eq PHASE_SLEEPING "$(phase drowsy)"
murmur report-pr drowsy "$two" --state open >/dev/null
assert_eq PHASE_SLEEPING "$(phase drowsy)"
murmur report-pr drowsy "$two" --state merged >/dev/null
wait_phase drowsy PHASE_COMPLETED
# What is told of it afterwards is kept, and changes nothing.
murmur report-pr drowsy "$one" --state merged >/dev/null
assert_contains "$(murmur status drowsy)" "$one (merged)"
assert_eq PHASE_COMPLETED "$(phase drowsy)"

# What is no report is refused by name.
assert_fails murmur report-pr checked "example.org/pull/1"
assert_contains "$OUTPUT" 'url "example.org/pull/1" is not that of a pull request'
assert_fails murmur report-pr checked "$one" --state mergd
assert_contains "$OUTPUT" 'unknown --state "mergd"'
assert_contains "$OUTPUT" 'Did you mean "merged"?'
assert_fails murmur report-pr nobody "$one"
assert_contains "$OUTPUT" 'agent "nobody" not found'
