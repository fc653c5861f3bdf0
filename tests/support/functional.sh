# shellcheck shell=bash
# Sourced by every functional test: a world of its own, helpers to act in it, and its removal.
#
# The world is a short temporary directory ($WORLD) that holds HOME, the XDG directories, murmur's state and runtime
# directories and a git configuration; nothing outside it is read or written. The programs of MURMUR_BUILD come first in
# PATH. When the test ends, however it ends, every process whose environment names the world is killed and the world is
# removed. MURMUR_KEEP=1 keeps it, for a look at what happened.
#
# A test fails by a command that fails (set -e), by an assertion, by a sanitizer report of any process in the world, or
# by exceeding its time. One that cannot run here calls `skip REASON`.
set -euo pipefail

: "${MURMUR_BUILD:?is the build tree to test, e.g. build/release}"
MURMUR_BUILD=$(cd "$MURMUR_BUILD" && pwd)
MURMUR_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly wait_limit_s=180    # for any one thing; far above what it takes, also with sanitizers on a busy machine

# A unix socket's path has at most 107 bytes, so the world's has to be short.
WORLD=$(mktemp -d "${TMPDIR:-/tmp}/mm.XXXXXX")
readonly WORLD

# Nothing of the caller's murmur, git or agents may reach the test.
while IFS= read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(MURMUR|GIT|XDG|ANTHROPIC|CLAUDE|OPENAI)' |
    grep -vxE 'MURMUR_(BUILD|SOURCE|ACCEPT|KEEP|BENCH_[A-Z]+|STORM_[A-Z]+)')
export MURMUR_BUILD MURMUR_SOURCE
export HOME=$WORLD/home
export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.local/state XDG_DATA_HOME=$HOME/.local/share
export XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$WORLD/x
export MURMUR_RUNTIME_DIR=$WORLD/run MURMUR_STATE_DIR=$WORLD/state
export GIT_CONFIG_GLOBAL=$WORLD/gitconfig GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1
export PATH=$MURMUR_BUILD/bin:$PATH
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 TERM=dumb
# Reports go to files: a daemon's stderr is nobody's to read.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$WORLD/sanitizer"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=$WORLD/sanitizer"
export TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}log_path=$WORLD/sanitizer"
mkdir -p "$HOME" "$XDG_CONFIG_HOME" "$XDG_RUNTIME_DIR" "$WORLD/work"
chmod 700 "$XDG_RUNTIME_DIR"
cat >"$GIT_CONFIG_GLOBAL" <<'CONFIG'
[user]
    name = Ada Tester
    email = ada@example.org
[init]
    defaultBranch = main
[advice]
    detachedHead = false
# Nothing tidies up behind a test's back, in a repository that it may be removing.
[gc]
    auto = 0
[maintenance]
    auto = false
CONFIG
cd "$WORLD/work"

DAEMON_LOG=$WORLD/murmurd.log
DAEMON_PID=

# ---------------------------------------------------------------------------------------------------- the end

# The ids of the processes that were started in this world. The shell of the test is not among them, and neither is the
# grep that looks, since its environment is empty.
_world_processes() {
    local file
    local -A pids=()
    while IFS= read -r file; do
        file=${file#/proc/}
        pids[${file%/environ}]=1
    done < <(env -i grep -slF -- "$WORLD/" /proc/[0-9]*/environ || true)
    while IFS= read -r file; do pids[$file]=1; done < <(_locking_daemons)
    ((${#pids[@]} == 0)) || printf '%s\n' "${!pids[@]}"
}

# The environment of a murmurd is hidden from everyone but root; the file that it locks tells its id.
_locking_daemons() {
    local file
    for file in "$WORLD"/*/lock "$XDG_STATE_HOME"/murmur/lock; do
        if [[ -s $file ]] && ! flock -n "$file" true; then cat "$file"; fi
    done
}

_end_world() {
    local status=$? pid round report
    trap - EXIT INT TERM HUP ERR
    set +e
    cd /
    disown -a    # bash need not report each job that is killed here
    for round in {1..100}; do
        mapfile -t pids < <(_world_processes)
        ((${#pids[@]} > 0)) || break
        for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
        # A killed process is gone as soon as its parent or init has seen it; what it had spawned meanwhile is next.
        ((round < 5)) || sleep 0.05
    done
    wait 2>/dev/null
    for report in "$WORLD"/sanitizer.*; do
        [[ -e $report ]] || continue
        printf 'FAILED: a sanitizer found something:\n' >&2
        head -n 60 "$report" >&2
        status=1
    done
    if ((status != 0 && status != 77)); then _show_logs; fi
    if [[ -n ${MURMUR_KEEP:-} ]]; then
        printf 'kept: %s\n' "$WORLD" >&2
    else
        chmod -R u+rwx "$WORLD" 2>/dev/null
        rm -rf "$WORLD"
    fi
    exit "$status"
}
trap _end_world EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

_show_logs() {
    local log
    for log in "$DAEMON_LOG" "$MURMUR_STATE_DIR"/*.log "$MURMUR_STATE_DIR"/logs/*; do
        [[ -s $log && -f $log ]] || continue
        printf -- '--- the last of %s\n' "${log#"$WORLD"/}" >&2
        tail -n 30 "$log" >&2
    done
}

# With set -e a failing command ends the test; this says which.
_report_failure() {
    printf 'FAILED: line %s: %s (exit code %s)\n' "$1" "$2" "$3" >&2
}
trap '_report_failure "$LINENO" "$BASH_COMMAND" "$?"' ERR
set -E

# fail MESSAGE: ends the test.
fail() {
    trap - ERR
    local frame=0
    printf 'FAILED: %s\n' "$*" >&2
    while caller "$frame" >/dev/null; do
        read -r line function file < <(caller "$frame")
        printf '    at %s:%s (%s)\n' "${file##*/}" "$line" "$function" >&2
        frame=$((frame + 1))
    done
    exit 1
}

# skip REASON: this machine lacks what the test needs.
skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

# ---------------------------------------------------------------------------------------------------- the daemon

# start_daemon [ARGUMENT]...: starts murmurd and returns when it serves.
start_daemon() {
    local said='' hint=''
    [[ -z $DAEMON_PID ]] || fail "a daemon runs already (pid $DAEMON_PID)"
    rm -f "$WORLD/ready"
    mkfifo "$WORLD/ready"
    murmurd --foreground --ready-fd 9 "$@" 9>"$WORLD/ready" >>"$DAEMON_LOG" 2>&1 &
    DAEMON_PID=$!
    # The pipe closes when the daemon dies, so this waits for an event in any case.
    {
        read -r -t "$wait_limit_s" said || true
        [[ $said == ready ]] || read -r -t "$wait_limit_s" hint || true
    } <"$WORLD/ready"
    if [[ $said != ready ]]; then
        DAEMON_PID=
        fail "murmurd did not start: ${said:-it said nothing} $hint"
    fi
}

# stop_daemon: asks it to end (SIGTERM) and requires that it does, with success.
stop_daemon() {
    local pid=$DAEMON_PID
    [[ -n $pid ]] || fail "no daemon was started"
    DAEMON_PID=
    kill -TERM "$pid"
    wait "$pid" || fail "murmurd ended with $? after SIGTERM"
}

# kill_daemon: ends it as a power cut would.
kill_daemon() {
    local pid=$DAEMON_PID
    [[ -n $pid ]] || fail "no daemon was started"
    DAEMON_PID=
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
}

# daemon_pids: every murmurd of this world, whoever started it.
daemon_pids() {
    local pid
    for pid in $(_world_processes); do
        if [[ $(cat "/proc/$pid/comm" 2>/dev/null) == murmurd ]]; then printf '%s\n' "$pid"; fi
    done
}

# process_is_gone PID: also when nobody has fetched its exit code yet, as where process 1 is not an init.
process_is_gone() {
    [[ -z $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") ]]
}

# ---------------------------------------------------------------------------------------------------- repositories

# make_repo NAME: a repository in $WORLD/work/NAME with one commit, and its bare origin in $WORLD/origins/NAME.git.
make_repo() {
    local repo=$WORLD/work/$1 origin=$WORLD/origins/$1.git
    mkdir -p "$WORLD/origins"
    git init -q --bare "$origin"
    git init -q "$repo"
    printf '# %s\n' "$1" >"$repo/README.md"
    git -C "$repo" add README.md
    git -C "$repo" commit -qm "$1: the first commit"
    git -C "$repo" remote add origin "$origin"
    git -C "$repo" push -q -u origin main
}

# use_command_backend SCRIPT: in the current repository, agents run `sh -c SCRIPT` for every turn.
use_command_backend() {
    mkdir -p .murmur
    {
        printf 'backends:\n  command:\n    command:\n      - sh\n      - -c\n      - |\n'
        printf '        %s\n' "${1//$'\n'/$'\n'        }"
    } >.murmur/murmur.yaml
}

# origin_log NAME BRANCH: the subjects of the commits on a branch of the origin, newest first.
origin_log() {
    git -C "$WORLD/origins/$1.git" log --format=%s "$2" --
}

# ---------------------------------------------------------------------------------------------------- waiting

# wait_phase SLUG PHASE: returns when the agent is in that phase; fails when it cannot get there any more.
wait_phase() {
    timeout "$wait_limit_s" murmur wait --phase "$2" "$1" >/dev/null ||
        fail "agent \"$1\" did not reach $2: $(murmur status "$1" 2>&1 | head -n 20)"
}

# wait_until COMMAND...: for what has no event to wait for (a process that ends, a file of a foreign program).
wait_until() {
    local deadline=$((SECONDS + wait_limit_s))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || fail "still not true after $wait_limit_s s: $*"
        sleep 0.02
    done
}

# ---------------------------------------------------------------------------------------------------- assertions

# assert_eq EXPECTED ACTUAL [WHAT]
assert_eq() {
    [[ $1 == "$2" ]] || fail "${3:-value}: expected \"$1\", got \"$2\""
}

# assert_contains TEXT PART
assert_contains() {
    [[ $1 == *"$2"* ]] || fail "\"$2\" is not in: $1"
}

# assert_lacks TEXT PART
assert_lacks() {
    [[ $1 != *"$2"* ]] || fail "\"$2\" should not be in: $1"
}

# assert_fails COMMAND...: it must end with an error code; its whole output is in $OUTPUT, the code in $CODE.
assert_fails() {
    CODE=0
    OUTPUT=$("$@" 2>&1) || CODE=$?
    ((CODE != 0)) || fail "should have failed: $* (it printed: $OUTPUT)"
    # A crash is never the failure that a test expects.
    ((CODE < 128)) || fail "died of signal $((CODE - 128)): $*"
}
