#!/usr/bin/env bash
# What the agent does to its checkout loses no work when its runner is lost then: remotes are its own business, files
# without git become changes of a fresh clone, and a checkout that nobody can read keeps its machine.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
use_command_backend 'prompt=$(cat)
case $prompt in
remotes*) git remote rename origin upstream; git remote add origin ../nowhere ;;
wipe*) rm -rf .git ;;
damage*) echo garbage >.git/HEAD ;;
esac
echo precious >work.txt
echo ready
exec sleep 1000'
sed -i 's/^  command:$/&\n    commit: never/' .murmur/murmur.yaml
start_daemon
machines=$MURMUR_STATE_DIR/plugins/local/machines
runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
is_ready() { [[ $(murmur status "$1") == *ready* ]]; }
has_no_machine() { [[ -z $(ls -A "$machines") ]]; }

for what in remotes wipe; do
    murmur spawn "$what" "$what" >/dev/null
    wait_until is_ready "$what"
    kill -KILL "$(runner_of "$what")"
    wait_phase "$what" PHASE_IDLE
    assert_eq precious "$(cat "$machines"/*/workspace/web/work.txt)" "the file after $what"
    murmur kill "$what" >/dev/null
    wait_phase "$what" PHASE_KILLED
    wait_until has_no_machine
    mkdir "$what"
    murmur snapshot export "$what" "$what" >/dev/null
    git fetch -q "$what/web.bundle" refs/murmur/uncommitted
    assert_eq precious "$(git show FETCH_HEAD:work.txt)" "the file in the snapshot after $what"
done

murmur spawn damaged "damage" >/dev/null
wait_until is_ready damaged
kill -KILL "$(runner_of damaged)"
wait_phase damaged PHASE_FAILED
status=$(murmur status damaged)
assert_contains "$status" 'is kept: its work could not be saved'
assert_contains "$status" 'workspace/web" is damaged'
assert_contains "$status" 'murmur kill --discard damaged'
assert_eq "" "$(murmur snapshot ls -q damaged)" "snapshots of what cannot be read"
assert_eq precious "$(cat "$machines"/*/workspace/web/work.txt)" "the file on the machine that is kept"

# Mended by hand, the work is there again.
echo "ref: refs/heads/murmur/w/web/u/$(id -un)/damaged" >"$(echo "$machines"/*/workspace/web/.git/HEAD)"
murmur spawn --resurrect damaged "go on" >/dev/null
wait_until is_ready damaged
murmur kill damaged >/dev/null
wait_phase damaged PHASE_KILLED
wait_until has_no_machine
[[ -n $(murmur snapshot ls -q damaged) ]] || fail "nothing is saved of what was mended"

murmur spawn lost "damage" >/dev/null
wait_until is_ready lost
kill -KILL "$(runner_of lost)"
wait_phase lost PHASE_FAILED
murmur kill --discard lost >/dev/null
wait_until has_no_machine
