#!/usr/bin/env bash
# Thirty agents are given follow-ups while murmurd and random runners are killed for half a minute. Then every agent is
# in a truthful phase, every follow-up that was acknowledged has reached its session once, and when the agents are killed
# no process and no directory is left. MURMUR_STORM_AGENTS and MURMUR_STORM_SECONDS set other
# numbers: a hundred and 120 are what it was made for.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

agents=${MURMUR_STORM_AGENTS:-30}
seconds=${MURMUR_STORM_SECONDS:-30}
RANDOM=${MURMUR_STORM_SEED:-4711}
readonly rest_limit_s=240    # far above what it takes; it ends a test whose agents got lost

make_repo web
cd web
mkdir "$WORLD/said" "$WORLD/acknowledged"
# A turn is one message: it writes down that it came, works a little, and leaves a commit.
use_command_backend "
echo \"\$MURMUR_PROMPT\" >> '$WORLD/said/'\$MURMUR_SLUG
sleep 0.1
echo \"\$MURMUR_PROMPT\" >> work.txt"

# An operator's murmurd.yaml: a lost runner is noticed soon, and one that is lost often is not given up.
printf 'lease: 5s\n' >"$WORLD/murmurd.yaml"
# Nobody starts murmurd but the commands, each on its own, as on a laptop.
export MURMURD_CONFIG=$WORLD/murmurd.yaml
for ((n = 0; n < agents; n++)); do murmur spawn --dequeue-strategy one "a$n" "a$n begins" >/dev/null; done

runner_pids() {
    local pid
    for pid in $(_world_processes); do
        if [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */murmur-runner ]]; then printf '%s\n' "$pid"; fi
    done
}

# What is not acknowledged may have been taken or not: only what the command said yes to counts.
give_work() {
    local until=$1 slug count=0
    while ((SECONDS < until)); do
        slug=a$((RANDOM % agents))
        count=$((count + 1))
        if murmur queue add "$slug" "$slug work $2-$count" >/dev/null 2>&1; then
            printf '%s work %s-%s\n' "$slug" "$2" "$count" >>"$WORLD/acknowledged/$slug"
        fi
    done
}
kill_runners() {
    local until=$1 pids
    while ((SECONDS < until)); do
        mapfile -t pids < <(runner_pids)
        if ((${#pids[@]} > 0)); then kill -KILL "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null || true; fi
        sleep 0.4
    done
}

end=$((SECONDS + seconds))
give_work $end x &
workers=($!)
give_work $end y &
workers+=($!)
kill_runners $end &
workers+=($!)
kills=0
while ((SECONDS < end)); do
    sleep 4
    for pid in $(_locking_daemons); do
        if kill -KILL "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
    done
done
wait "${workers[@]}"

# An agent at rest has nothing to do and nothing queued; one that has failed was lost too often, and says so.
all_rest() {
    local list busy
    list=$(murmur ls -a --json) || return
    assert_eq "$agents" "$(grep -c '"phase"' <<<"$list")" "agents"
    busy=$(grep '"phase"' <<<"$list" | grep -vE '"(task-complete|idle|sleeping|failed)"' || true)
    [[ -z $busy ]]
}
deadline=$((SECONDS + rest_limit_s))
until all_rest; do
    ((SECONDS < deadline)) || fail "agents are not at rest: $(murmur ls -a | tail -n +2 | awk '{ print $2 }' | sort | uniq -c)"
    sleep 0.2
done

given=0 lost=0 failed=0
for ((n = 0; n < agents; n++)); do
    slug=a$n
    if [[ $(murmur status "$slug") == *PHASE_FAILED* ]]; then
        failed=$((failed + 1))
        assert_contains "$(murmur status "$slug")" 'was lost'
        murmur spawn --resurrect "$slug" "go on" >/dev/null
        wait_phase "$slug" PHASE_TASK_COMPLETE
    fi
    [[ -e $WORLD/acknowledged/$slug ]] || continue
    # A turn that was cut off had its message, and may have been killed before it could write it down.
    murmur watch --from 0 --no-follow "$slug" >"$WORLD/events"
    cut=$(grep -c 'was cut off' "$WORLD/events" || true)
    missing=0
    while IFS= read -r message; do
        given=$((given + 1))
        case $(grep -cxF -- "$message" "$WORLD/said/$slug" || true) in
        1) ;;
        0) missing=$((missing + 1)) ;;
        *) fail "\"$message\" came more than once" ;;
        esac
    done <"$WORLD/acknowledged/$slug"
    ((missing <= cut)) || fail "$missing messages of $slug are missing, and $cut turns were cut off"
    lost=$((lost + missing))
    # In the order in which they were acknowledged, as far as one client gave them.
    for client in x y; do
        sort -c -t- -k2n < <(grep -F " work $client-" "$WORLD/said/$slug") 2>/dev/null ||
            fail "the messages of client $client came to $slug in another order"
    done
done
printf '%d follow-ups acknowledged, %d came to turns that were cut off at once; murmurd killed %d times; %d agents resurrected\n' \
    "$given" "$lost" "$kills" "$failed"
((given > 0)) || fail "no follow-up was acknowledged"

for ((n = 0; n < agents; n++)); do murmur kill "a$n" >/dev/null; done
nothing_is_left() {
    local machines=("$MURMUR_STATE_DIR"/plugins/local/machines/*)
    [[ ! -e ${machines[0]} && -z $(runner_pids) ]]
}
deadline=$((SECONDS + rest_limit_s))
until nothing_is_left; do
    ((SECONDS < deadline)) || fail "something is left: $(murmur ls -a | grep -vi killed || true) $(runner_pids | xargs)"
    sleep 0.1
done
