#!/usr/bin/env bash
# Ten agents talk and commit while murmurd is killed over and over. In the end each has said and committed everything
# once, in the runner that it began with.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

readonly agents=10 kills=12 lines=60
make_repo web
cd web
use_command_backend "
for i in \$(seq $lines); do echo \"line \$i\"; sleep 0.05; done
echo \"\$MURMUR_SLUG\" > \"\$MURMUR_SLUG.txt\"; git add .; git commit -qm \"work of \$MURMUR_SLUG\""
start_daemon
for n in $(seq $agents); do murmur spawn "a$n" "talk" >/dev/null; done
for n in $(seq $agents); do timeout 60 murmur wait "a$n" >/dev/null || fail "a$n does not run"; done
runners() { for n in $(seq $agents); do murmur status --json "a$n" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; done; }
before=$(runners)
assert_eq $agents "$(wc -l <<<"$before")" "runners"
for _ in $(seq $kills); do
    kill_daemon
    start_daemon
    # Until something is told anew, so that every murmurd gets to take reports before it is killed.
    wait_until test "$(murmur ls -q | wc -l)" == $agents
done
for n in $(seq $agents); do
    wait_phase "a$n" PHASE_TASK_COMPLETE
    murmur session watch --until-idle "a$n" | sed -n 's/.*▍ line \([0-9]*\)$/\1/p' >"$WORLD/lines"
    seq $lines | cmp - "$WORLD/lines" || fail "the lines of a$n are not 1 to $lines, each once and in order"
    assert_eq "work of a$n
web: the first commit" "$(origin_log web "murmur/w/web/u/$(id -un)/a$n")" "commits of a$n"
done
assert_eq "$before" "$(runners)" "runners"
