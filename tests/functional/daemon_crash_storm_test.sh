#!/usr/bin/env bash
# Ten agents talk and commit while murmurd is killed over and over. In the end each has said and committed everything
# once, in the runner that it began with.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

readonly agents=10 kills=12 lines=60
make_repo web
cd web
# They talk for as long as murmurd is being killed, and leave behind how much they said.
use_command_backend 'i=0
while [ $i -lt '"$lines"' ] || [ ! -e "$MURMUR_USER_HOME/enough" ]; do i=$((i + 1)); echo "line $i"; sleep 0.05; done
echo $i > "$MURMUR_SLUG.txt"; git add .; git commit -qm "work of $MURMUR_SLUG"'
start_daemon
for n in $(seq $agents); do murmur spawn "a$n" "talk" >/dev/null; done
runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
runners() { for n in $(seq $agents); do runner_of "a$n"; done; }
has_runner() { [[ -n $(runner_of "$1") ]]; }
for n in $(seq $agents); do wait_until has_runner "a$n"; done
before=$(runners)
assert_eq $agents "$(wc -l <<<"$before")" "runners"
# told: the last that murmurd has heard.
told() { murmur status --json "a$agents" | sed -n 's/.*"progress": ".*line \([0-9]*\)".*/\1/p'; }
has_told_more() { local now; now=$(told); [[ -n $now && $now != "$said" ]]; }
for _ in $(seq $kills); do
    kill_daemon
    start_daemon
    assert_eq $agents "$(murmur ls -q | wc -l)" "agents"
    # Until something is told anew, so that every murmurd gets to take reports before it is killed.
    said=$(told)
    wait_until has_told_more
done
touch "$HOME/enough"
for n in $(seq $agents); do
    wait_phase "a$n" PHASE_TASK_COMPLETE
    murmur session watch --until-idle "a$n" | sed -n 's/.*▍ line \([0-9]*\)$/\1/p' >"$WORLD/lines"
    count=$(git -C "$WORLD/origins/web.git" show "murmur/w/web/u/$(id -un)/a$n:a$n.txt")
    seq "$count" | cmp - "$WORLD/lines" || fail "the lines of a$n are not 1 to $count, each once and in order"
    assert_eq "work of a$n
web: the first commit" "$(origin_log web "murmur/w/web/u/$(id -un)/a$n")" "commits of a$n"
done
assert_eq "$before" "$(runners)" "runners"
