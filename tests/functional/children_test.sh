#!/usr/bin/env bash
# An agent spawns agents: they are below it, it hears of them, and they go with it.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
# What they run is said in the configuration of the repository in which the director is spawned, and nowhere on its origin.
# The director spawns a child, which spawns one of its own; a child whose work is "stay" keeps its turn running.
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
case $prompt in
direct) murmur spawn backend "delegate" --on-idle keep-alive || exit 1 ;;
delegate) murmur spawn tester "stay" || exit 1
    echo "mine: $(murmur ls -q)" ;;
stay) exec sleep 600 ;;
esac'
start_daemon

murmur spawn director "direct" --on-idle keep-alive >/dev/null
wait_phase director PHASE_TASK_COMPLETE
wait_phase director/backend PHASE_TASK_COMPLETE
wait_phase director/backend/tester PHASE_RUNNING
assert_contains "$(murmur session watch --until-idle director/backend)" "mine: director/backend/tester"

# Branches join the slugs with dashes.
branches=$(git -C "$WORLD/origins/app.git" branch --format='%(refname:short)')
assert_contains "$branches" "/director-backend
"
tester_is_pushed() { [[ $(git -C "$WORLD/origins/app.git" branch --format='%(refname:short)') == */director-backend-tester* ]]; }
wait_until tester_is_pushed

# The parent is told of what its child does.
told() { [[ $(murmur watch --no-follow director) == *backend* && $(murmur session watch --until-idle director) == *backend* ]]; }
wait_until told

# A node of the tree, as it is printed.
tree=$(murmur status --children director)
assert_contains "$tree" "└── backend"
assert_contains "$tree" "    └── tester"
assert_contains "$(murmur status director)" "children:"

# Everything below goes with it, also what runs.
murmur kill director >/dev/null
for slug in director director/backend director/backend/tester; do wait_phase "$slug" PHASE_KILLED; done
assert_eq "" "$(murmur ls -q)" "agents after the kill"
# One that has ended goes on only as what it was: a child of its parent.
assert_fails murmur queue add director/backend "more"
assert_contains "$OUTPUT" 'murmur spawn --resurrect backend "…"'
assert_contains "$OUTPUT" '(within the session of "director")'
no_runner() {
    local pid
    for pid in $(_world_processes); do
        [[ $(readlink "/proc/$pid/exe" 2>/dev/null) != */murmur-runner ]] || return 1
    done
}
wait_until no_runner
