#!/usr/bin/env bash
# An event for a sleeping agent wakes it, and it is told in the same session.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'echo "asked: $(cat)"'
start_daemon

murmur spawn watcher "Look after the build" --sleep-after 100ms >/dev/null
wait_phase watcher PHASE_SLEEPING
assert_eq "notified watcher" "$(murmur notify watcher "The build on main is red")"
told() { [[ $(murmur session watch --until-idle watcher) == *"The build on main is red"* ]]; }
wait_until told
wait_phase watcher PHASE_SLEEPING

# Streams go on behind an event: what came before is not there again.
from=$(murmur watch --no-follow --json watcher | grep -oE '"id":"[0-9]+-[0-9]+"' | tail -n 1 | cut -d'"' -f4)
[[ $from =~ ^[0-9]+-[0-9]+$ ]] || fail "not an id: $from"
assert_eq "" "$(murmur watch --no-follow --from "$from" watcher)" "events after the last one"
session_from=$(murmur session watch --json --until-idle watcher | grep -oE '"id":"[0-9]+-[0-9]+"' | tail -n 1 | cut -d'"' -f4)
murmur notify watcher "It is green again" >/dev/null
green() { [[ $(murmur session watch --until-idle --from "$session_from" watcher) == *"It is green again"* ]]; }
wait_until green
assert_lacks "$(murmur session watch --until-idle --from "$session_from" watcher)" "is red"
assert_fails murmur watch --no-follow --from yesterday watcher
assert_contains "$OUTPUT" "code = InvalidArgument"

# One that is not there is not notified in silence, and one that has ended neither.
assert_fails murmur notify nobody "hello"
assert_contains "$OUTPUT" 'agent "nobody" not found'
murmur kill watcher >/dev/null
wait_phase watcher PHASE_CANCELED
assert_fails murmur notify watcher "hello"
