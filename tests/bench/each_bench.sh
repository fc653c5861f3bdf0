#!/usr/bin/env bash
# A thousand agents with one command, on a backend that does next to nothing: how long until all of them are
# acknowledged, and until all are done. MURMUR_BENCH_AGENTS sets another number.
# Budget: all are acknowledged in a second.
# Read before the world of the test is made, which keeps the caller's variables out.
agents=${MURMUR_BENCH_AGENTS:-1000}
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

# Far above what it takes; it ends a bench whose agents got lost.
finish_limit_s=900

now_ms() { printf '%s\n' "$((${EPOCHREALTIME/./} / 1000))"; }
ended() { murmur ls -a --json | grep -cE '"phase": "(completed|failed|killed)"' || true; }

make_repo app
cd app
use_command_backend 'cat >/dev/null; echo done'
start_daemon

seq 1 "$agents" >"$WORLD/lines"
began=$(now_ms)
murmur each --on-idle terminate "agent-{}" "Say that {} is done" <"$WORLD/lines" >"$WORLD/out" 2>"$WORLD/err" ||
    fail "murmur each failed: $(tail -n 3 "$WORLD/err")"
acknowledged=$(now_ms)
printf '%-40s %8d ms\n' "$agents agents, all acknowledged" "$((acknowledged - began))"
deadline=$((SECONDS + finish_limit_s))
until (($(ended) == agents)); do
    ((SECONDS < deadline)) || fail "$(ended) of $agents agents have ended"
    sleep 0.2
done
finished=$(now_ms)
failed=$(murmur ls -a --json | grep -c '"phase": "failed"' || true)
((failed == 0)) || fail "$failed of $agents agents failed"
printf '%-40s %8d ms\n' "$agents agents, all done" "$((finished - began))"
stop_daemon
