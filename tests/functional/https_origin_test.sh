#!/usr/bin/env bash
# The origin is behind https: what an agent needs to get there comes from murmurd's environment, reaches the runner, and
# neither the coding CLI nor a disk. A server that takes a push and never answers keeps nobody from ending the agent.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
mkfifo "$WORLD/hold"
"$MURMUR_BUILD/tests/support/git_https_server" "$WORLD/origins" "pass-4711-word" "$WORLD/ca.pem" \
    <"$WORLD/hold" >"$WORLD/port" &
exec 7>"$WORLD/hold"
wait_until test -s "$WORLD/port"
git remote set-url origin "https://localhost:$(cat "$WORLD/port")/web.git"
on_origin() { git -C "$WORLD/origins/web.git" "$@"; }
use_command_backend "env >'$WORLD/environment'; cat >>notes; echo done"

# Without credentials it says what it needs, and does nothing by halves.
export GIT_SSL_CAINFO=$WORLD/ca.pem
start_daemon
murmur spawn poor "try" >/dev/null
wait_phase poor PHASE_FAILED
status=$(murmur status poor)
assert_contains "$status" "asks for credentials and there are none"
assert_contains "$status" "MURMUR_GIT_TOKEN"
stop_daemon

export MURMUR_GIT_TOKEN=pass-4711-word
start_daemon
unset MURMUR_GIT_TOKEN
murmur spawn rich "first words" --wait >/dev/null
has_work() { [[ $(on_origin log -1 --format=%s murmur/w/web/u/"$(id -un)"/rich) == "$1" ]]; }
wait_until has_work "first words"
if grep -q 4711 "$WORLD/environment"; then fail "the coding CLI has the token"; fi
[[ $(murmur ssh rich -- env) != *4711* ]] || fail "a shell on the machine has the token"
if grep -rqs 4711 "$MURMUR_STATE_DIR" "$HOME"; then fail "the token is on the disk"; fi

# A push that is never answered is told, the work is saved, and the agent can be killed.
touch "$WORLD/origins/stall"
murmur queue add rich "second words" >/dev/null
is_told() { [[ $(murmur status rich) == *"has had no answer"* ]]; }
wait_until is_told
began=$SECONDS
murmur kill rich >/dev/null
wait_phase rich PHASE_KILLED
((SECONDS - began < 60)) || fail "it took $((SECONDS - began)) s to kill it"
assert_contains "$(murmur snapshot ls rich)" "web.git"
rm "$WORLD/origins/stall"

# What the origin does not have comes back from there.
murmur spawn --resurrect rich "third words" --wait >/dev/null
wait_until has_work "third words"
assert_eq "second words" "$(on_origin log -1 --skip=1 --format=%s "murmur/w/web/u/$(id -un)/rich")" "the commit before"
stop_daemon
exec 7>&-
