#!/usr/bin/env bash
# Two hundred agents at once on one machine, with a backend that does next to nothing: all complete, twice (once they
# stay, once each ends by itself), and nothing of them is left. Prints how long it takes and what it costs.
# Budget: murmurd stays under 100 MiB. MURMUR_BENCH_AGENTS sets another number.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

agents=${MURMUR_BENCH_AGENTS:-200}
daemon_budget_mib=100
# Far above what it takes; it ends a bench whose agents got lost.
finish_limit_s=300

now_ms() { printf '%s\n' "$((${EPOCHREALTIME/./} / 1000))"; }

# memory_mib FIELD PID: a field of /proc/PID/status.
memory_mib() { awk -v field="$1:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$2/status"; }

# percentile P FILE: of one number per line.
percentile() { sort -n "$2" | awk -v p="$1" '{ v[NR] = $1 } END { i = int((NR * p + 99) / 100); print v[i < 1 ? 1 : i] }'; }

# in_phase PHASE: how many agents are in that phase.
in_phase() { murmur ls -a --json | grep -c "\"phase\": \"$1\"" || true; }

# wait_for_all PHASE COUNT
wait_for_all() {
    local deadline=$((SECONDS + finish_limit_s)) count
    until count=$(in_phase "$1") && ((count == $2)); do
        ((SECONDS < deadline)) || fail "$count of $2 agents are $1: $(murmur ls -a --json | grep '"phase"' | sort | uniq -c)"
        sleep 0.2
    done
}

runner_pids() {
    local pid
    for pid in $(_world_processes); do
        if [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */murmur-runner ]]; then printf '%s\n' "$pid"; fi
    done
}

nothing_is_left() {
    local machines=("$MURMUR_STATE_DIR"/plugins/local/machines/*)
    [[ ! -e ${machines[0]} && -z $(runner_pids) ]]
}

# spawn_all PREFIX [FLAG]...: one after the other; the time of each in $WORLD/acks.
spawn_all() {
    local prefix=$1 i begin
    shift
    : >"$WORLD/acks"
    for ((i = 0; i < agents; i++)); do
        begin=${EPOCHREALTIME/./}
        murmur spawn "$@" "$prefix-$i" "Say that it is done" >/dev/null
        printf '%s\n' "$((${EPOCHREALTIME/./} - begin))" >>"$WORLD/acks"
    done
}

# round TITLE PREFIX PHASE ENDED [FLAG]...: prints the figures of one round.
round() {
    local title=$1 prefix=$2 phase=$3 count=$4 began acked done_at
    shift 4
    began=$(now_ms)
    spawn_all "$prefix" "$@"
    acked=$(now_ms)
    wait_for_all "$phase" "$count"
    done_at=$(now_ms)
    printf '%s: %d acknowledged after %d ms (p50 %d us, p99 %d us), all %s after %d ms; load %s\n' "$title" "$agents" \
        $((acked - began)) "$(percentile 50 "$WORLD/acks")" "$(percentile 99 "$WORLD/acks")" "$phase" \
        $((done_at - began)) "$(cut -d' ' -f1 /proc/loadavg)"
}

make_repo app
cd app
use_command_backend 'echo done'
start_daemon
printf 'murmurd before: %s MiB\n' "$(memory_mib VmRSS "$DAEMON_PID")"

round "agents that stay" stay task-complete "$agents"
mapfile -t runners < <(runner_pids)
for pid in "${runners[@]}"; do awk '/^(Pss|Rss|Private_Dirty):/ { print $1, $2 }' "/proc/$pid/smaps_rollup"; done |
    awk '{ sum[$1] += $2; n[$1]++ } END { for (k in sum) printf "each of %d runners, %s %.1f MiB\n", n[k], k, sum[k] / n[k] / 1024 }'
((${#runners[@]} == agents)) || fail "${#runners[@]} runners for $agents agents"

began=$(now_ms)
for ((i = 0; i < agents; i++)); do murmur kill "stay-$i" >/dev/null; done
acked=$(now_ms)
wait_for_all killed "$agents"
wait_until nothing_is_left
printf 'killed: all acknowledged after %d ms, nothing left after %d ms\n' $((acked - began)) $(($(now_ms) - began))

round "agents that end by themselves" end completed "$agents" --on-idle terminate
began=$(now_ms)
wait_until nothing_is_left
printf 'nothing left after another %d ms\n' $(($(now_ms) - began))

peak=$(memory_mib VmHWM "$DAEMON_PID")
printf 'murmurd at its peak: %s MiB, budget %d MiB; processor time %s\n' "$peak" "$daemon_budget_mib" \
    "$(awk '{ printf "%.1f s", ($14 + $15) / 100 }' "/proc/$DAEMON_PID/stat")"
awk -v peak="$peak" -v budget="$daemon_budget_mib" 'BEGIN { exit !(peak < budget) }' || fail "murmurd took too much memory"
"$MURMUR_BUILD/tests/bench/time_command" "${MURMUR_BENCH_RUNS:-50}" --title "git --version" git --version \
    --title "murmur ls -a, $((2 * agents)) agents" murmur ls -a
stop_daemon
