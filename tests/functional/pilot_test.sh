#!/usr/bin/env bash
# With --pilot somebody else judges the work: what is missing is told to the agent, until it is done.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
# The agent writes what it is told to; the assessor looks at the work and wants a second file.
use_command_backend 'prompt=$(cat)
case $prompt in
"Judge whether"*)
    if [ -e tests ]; then echo "VERDICT: done"; else echo "VERDICT: not done"; echo "there are no tests"; fi ;;
*"there are no tests"*) echo "adding tests"; touch tests ;;
*) echo "working"; touch work ;;
esac'
start_daemon

murmur spawn careful "Do the work" --pilot --on-idle keep-alive >/dev/null
wait_phase careful PHASE_TASK_COMPLETE
session=$(murmur session watch --until-idle careful)
assert_contains "$session" "working"
assert_contains "$session" "adding tests"
assessments=$(murmur watch --no-follow --json careful | grep '"type":"assessor"')
assert_eq 2 "$(wc -l <<<"$assessments")" "verdicts"
assert_contains "$(head -n 1 <<<"$assessments")" "there are no tests"
assert_contains "$(murmur status careful)" "pilot:"

# Three rounds and no more: then it rests, whatever the assessor says.
use_command_backend 'prompt=$(cat)
case $prompt in "Judge whether"*) echo "VERDICT: not done"; echo "never good enough" ;; *) echo "trying" ;; esac'
murmur spawn endless "Do the work" --pilot --on-idle keep-alive >/dev/null
rests() { [[ $(murmur ls -a | grep endless) =~ (idle|task-complete) ]]; }
wait_until rests
assert_eq 3 "$(murmur watch --no-follow --json endless | grep -c '"type":"assessor"')" "verdicts"
