#!/usr/bin/env bash
# Two hundred agents from one pipe: one answer, every one of them there and on a branch of its own.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'echo "asked: $(cat)"'
start_daemon
readonly agents=200

seq -f 'module/%03g.go' "$agents" | murmur each "audit-{}" "Audit {}" --max-turns 3 >"$WORLD/said"
assert_eq "Spawned $agents/$agents agents" "$(tail -n 1 "$WORLD/said")" "the last line"
assert_eq "$agents" "$(grep -c '^Spawned: audit-module-[0-9]*-go$' "$WORLD/said")" "lines of spawned agents"
assert_eq "$agents" "$(murmur ls -a -q | sort -u | wc -l)" "agents"

# Once more: every one of them is refused for itself, and nothing changes.
CODE=0
seq -f 'module/%03g.go' "$agents" | murmur each "audit-{}" "Audit {}" >"$WORLD/again" 2>"$WORLD/errors" || CODE=$?
assert_eq 1 "$CODE" "the exit code"
assert_eq "Spawned 0/$agents agents ($agents failed)" "$(cat "$WORLD/again")"
assert_eq "murmur: $agents spawn(s) failed" "$(grep '^murmur:' "$WORLD/errors")"
assert_eq "$agents" "$(grep -c '^murmur each: spawn audit-module-[0-9]*-go: rpc error: code = AlreadyExists' "$WORLD/errors")"

# One of them did what its line says.
wait_phase audit-module-001-go PHASE_TASK_COMPLETE
assert_contains "$(murmur session watch --until-idle audit-module-001-go)" "Audit module/001.go"

# A line that is no description but a file refuses itself alone; the summary counts it.
{ echo short; head -c 1048576 /dev/zero | tr '\0' y; echo; echo last; } >"$WORLD/long"
CODE=0
murmur each "long-{}" "Look at {}" <"$WORLD/long" >"$WORLD/said" 2>"$WORLD/errors" || CODE=$?
assert_eq 1 "$CODE" "the exit code"
assert_eq "Spawned: long-short|Spawned: long-last|Spawned 2/3 agents (1 failed)" "$(paste -sd'|' "$WORLD/said")"
assert_contains "$(cat "$WORLD/errors")" "InvalidArgument desc = prompt is longer than 262144 bytes"
assert_contains "$(cat "$WORLD/errors")" "murmur: 1 spawn(s) failed"
