#!/usr/bin/env bash
# Agents of a service profile: spawned by a person who may assume it, or by its own token; on branches and under names of
# the profile's, committing as it, and found by --service.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'cat >/dev/null
echo "$MURMUR_SLUG" >who; git add who; git commit -qm "By $MURMUR_SLUG"
murmur status >/dev/null && echo "I am $(murmur tenant whoami | head -n 1)"'
start_daemon
murmur set service-profile ci-bot >/dev/null <<'PROFILE'
name: ci-bot
description: Works for CI
git_name: CI Bot
git_email: ci@example.org
PROFILE
murmur set service-profile other-bot >/dev/null <<'PROFILE'
name: other-bot
description: Works for somebody else
PROFILE
branch=murmur/w/app/s/ci-bot/nightly

murmur spawn nightly "Look" --service-profile ci-bot >/dev/null
murmur wait --phase task-complete /w/app/s/ci-bot/nightly >/dev/null
status=$(murmur status --service ci-bot/nightly)
assert_contains "$status" "identity: ci-bot"
assert_contains "$status" "/service_profile/ci-bot/nightly"
assert_contains "$status" "branch:   $branch"
is_pushed() { [[ $(origin_log app "$branch" | head -n 1) == "By nightly" ]]; }
wait_until is_pushed
assert_eq "CI Bot <ci@example.org>" "$(git -C "$WORLD/origins/app.git" log -1 --format='%an <%ae>' "$branch")"

# It is not one of mine: neither listed nor found by its bare slug; the same slug can be mine as well.
assert_eq "" "$(murmur ls -q)" "my agents"
assert_contains "$(murmur ls -A)" "nightly"
assert_contains "$(murmur ls --developer ci-bot)" "nightly"
assert_fails murmur status nightly
assert_contains "$OUTPUT" 'agent "nightly" not found'
murmur spawn nightly "Mine" >/dev/null
wait_phase nightly PHASE_TASK_COMPLETE
assert_eq nightly "$(murmur ls -q)"
assert_contains "$(murmur status nightly)" "branch:   murmur/w/app/u/"

# The profile of murmur.yaml completes a bare slug; without it, it has to be said whose.
assert_fails murmur status --service nightly
assert_contains "$OUTPUT" "--service does not say which service profile"
cp .murmur/murmur.yaml "$WORLD/plain.yaml"
echo 'service_profile: ci-bot' >>.murmur/murmur.yaml
assert_contains "$(murmur status --service nightly)" "identity: ci-bot"
# And it is the default of what is spawned there; a flag wins over it.
murmur spawn default "Look" >/dev/null
assert_contains "$(murmur status --service default)" "/service_profile/ci-bot/default"
murmur spawn special "Look" --service-profile other-bot >/dev/null
assert_contains "$(murmur status --service other-bot/special)" "/service_profile/other-bot/special"
cp "$WORLD/plain.yaml" .murmur/murmur.yaml

# It goes on as the same, and it is killed by its name.
murmur kill --service ci-bot/nightly >/dev/null
is_killed() { [[ $(murmur status --service ci-bot/nightly) == *PHASE_KILLED* ]]; }
wait_until is_killed
assert_eq PHASE_TASK_COMPLETE "$(murmur status nightly | sed -n 's/^phase: *//p')" "the phase of mine"
murmur spawn --resurrect nightly "Again" --service-profile ci-bot >/dev/null
murmur wait --phase task-complete /w/app/s/ci-bot/nightly >/dev/null
murmur queue add /w/app/s/ci-bot/nightly "More" >/dev/null

assert_fails murmur spawn nobody "x" --service-profile ci-bto
assert_contains "$OUTPUT" 'service-profile "ci-bto" not found'
assert_fails murmur kill --service
assert_contains "$OUTPUT" "service kill requires a slug"
