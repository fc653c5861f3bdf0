#!/usr/bin/env bash
# An agent spawned with -i: its CLI runs in a terminal of tmux, to which a person attaches; messages are typed into it,
# each once; it sleeps, wakes, is interrupted and stopped as others are, and nobody else can read its secrets.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

command -v tmux >/dev/null || skip "tmux is not installed (apt install tmux)"
command -v script >/dev/null || skip "script is not installed (apt install bsdutils)"

secret=canary-$(head -c 12 /dev/urandom | od -An -v -tx1 | tr -d " \n")
readonly secret
printf 'lease: 10s\nlisten: 127.0.0.1:0\ntokens:\n  - {account: %s, sha256: %s, tenant: "local/%s", admin: true}\n' \
    "$(id -un)" "$(printf token | sha256sum | cut -d' ' -f1)" "$(id -un)" >"$WORLD/murmurd.yaml"
# Of a tmux in which somebody may sit who runs all this.
export TMUX=/nowhere,1,0 TMUX_PANE=%7

# It answers a line at a time, and writes down what it heard.
cat >"$WORLD/repl" <<'EOF'
#!/usr/bin/env bash
trap 'interrupted=1' INT
printf '\033[1mwelcome\033[0m\n> '
while :; do
    IFS= read -r line || { ((interrupted)) || exit 0; interrupted=0; continue; }
    interrupted=0
    printf '%s\n' "$line" >>"$HEARD/$MURMUR_SLUG"
    case $line in
    hold*)
        echo holding
        while ((!interrupted)); do sleep 0.05; done
        interrupted=0
        printf 'let go\n> '
        continue
        ;;
    late*)
        printf 'murmur:begin\nmurmur:done\n' >"$MURMUR_CONTROL"
        while [[ ! -e $HEARD/later ]]; do sleep 0.05; done
        printf 'much later\n> '
        continue
        ;;
    end) exit 3 ;;
    *) printf '\033[32myou said %s\033[0m\n' "$line" ;;
    esac
    [[ $MURMUR_SLUG == quiet* ]] || echo murmur:done >"$MURMUR_CONTROL"
    printf '> '
done
EOF
chmod +x "$WORLD/repl"
mkdir "$WORLD/heard"

make_repo web
cd web
mkdir .murmur
cat >.murmur/murmur.yaml <<EOF
backends:
  command:
    command: "cat >/dev/null; echo autonomous"
    interactive: ["$WORLD/repl"]
EOF
start_daemon --config "$WORLD/murmurd.yaml"
machines=$MURMUR_STATE_DIR/plugins/local/machines
export HEARD=$WORLD/heard

spawn() { murmur spawn "$@" -e HEARD >/dev/null; }
heard() { cat "$HEARD/$1" 2>/dev/null || true; }
# has_heard SLUG LINE: exactly once.
has_heard() { [[ $(heard "$1" | grep -cxF -- "$2") == 1 ]]; }
# says SLUG TEXT: its session said that.
says() { [[ $(murmur session watch --until-idle "$1") == *"$2"* ]]; }
# pid_of SLUG: its program.
pid_of() {
    local pid
    for pid in $(_world_processes); do
        if grep -qzxF "$WORLD/repl" "/proc/$pid/cmdline" 2>/dev/null &&
            grep -qzxF "MURMUR_SLUG=$1" "/proc/$pid/environ" 2>/dev/null; then
            printf '%s\n' "$pid"
        fi
    done
}
state_of() { sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status"; }
tmux_of() {
    local pid
    for pid in $(_world_processes); do
        if [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "tmux: server" ]]; then printf '%s\n' "$pid"; fi
    done
}

# ---- a first message, a follow-up, one of several lines: each typed once, and what came of it told without escapes

spawn -i one "hello there" -e "CANARY=$secret"
wait_phase one PHASE_TASK_COMPLETE
has_heard one "hello there" || fail "the first message: $(heard one)"
said=$(murmur session watch --until-idle one)
assert_contains "$said" "you said hello there"
assert_lacks "$said" $'\033'
assert_contains "$(murmur status --json one)" "you said hello there"

murmur queue add one "second" >/dev/null
wait_until says one "you said second"
murmur queue add one $'third\nof two lines; and "quotes" $HOME \\ ä' >/dev/null
wait_until says one 'you said third of two lines; and "quotes" $HOME \ ä'
wait_phase one PHASE_TASK_COMPLETE
assert_eq 3 "$(heard one | wc -l)" "messages heard"

# ---- a secret is in the environment of the program, and in no argument and no file

repl=$(pid_of one)
[[ -n $repl ]] || fail "the program does not run"
grep -qzxF "CANARY=$secret" "/proc/$repl/environ" || fail "the program does not have the secret"
for pid in $(_world_processes); do
    ! grep -qzF "$secret" "/proc/$pid/cmdline" 2>/dev/null || fail "the secret is an argument of $pid"
done
assert_eq "" "$(grep -rlaF --devices=skip "$secret" "$MURMUR_STATE_DIR" "$MURMUR_RUNTIME_DIR" "$DAEMON_LOG" || true)" "files with the secret"

# ---- a shell where it works, which is part of the machine

assert_contains "$(murmur ssh one -- pwd -P)" "/workspace/web"
CODE=0; murmur ssh one -- sh -c 'exit 7' || CODE=$?
assert_eq 7 "$CODE" "exit code of a command by ssh"
assert_eq "$machines" "$(murmur ssh one -- sh -c 'dirname "$MURMUR_MACHINE_DIRECTORY"')" "the mark of the machine"
assert_fails murmur ssh --attach one
assert_contains "$OUTPUT" "--attach needs a terminal"
assert_fails murmur ssh --attach one -- true
assert_contains "$OUTPUT" "--attach takes no command"
server=http://$(grep -o 'tcp=[0-9.:]*' "$DAEMON_LOG" | head -n 1 | cut -d= -f2)
assert_fails env MURMUR_SERVER="$server" MURMUR_TOKEN=token murmur ssh one -- true
assert_contains "$OUTPUT" "is on the computer of murmurd"
assert_contains "$OUTPUT" "Run murmur ssh there"

# ---- a person attaches, sees what was before, types, and leaves; the session goes on

mkfifo "$WORLD/keys"
exec 7<>"$WORLD/keys"
TERM=xterm script -qefc 'stty rows 40 cols 120; murmur ssh --attach one' "$WORLD/screen" <"$WORLD/keys" >/dev/null 2>&1 &
person=$!
wait_until grep -qaF "you said second" "$WORLD/screen"
printf 'typed by hand\r' >&7
wait_until has_heard one "typed by hand"
wait_until says one "you said typed by hand"
# One that tells when a turn begins begins none by what it shows.
printf 'late\r' >&7
wait_until has_heard one "late"
wait_phase one PHASE_TASK_COMPLETE
touch "$HEARD/later"
wait_until grep -qaF "much later" "$WORLD/screen"
wait_until says one "much later"
murmur queue add one "while you watch" >/dev/null
wait_until grep -qaF "you said while you watch" "$WORLD/screen"
printf '\002d' >&7
wait "$person" || fail "attaching ended with $?: $(tail -c 300 "$WORLD/screen")"
exec 7>&-
[[ $(pid_of one) == "$repl" ]] || fail "detaching ended the program"
wait_phase one PHASE_TASK_COMPLETE

# ---- murmurd dies; the terminal does not notice

kill_daemon
[[ $(pid_of one) == "$repl" ]] || fail "the program went with murmurd"
start_daemon --config "$WORLD/murmurd.yaml"
murmur queue add one "after the crash" >/dev/null
wait_until says one "you said after the crash"
has_heard one "after the crash" || fail "heard: $(heard one)"
wait_phase one PHASE_TASK_COMPLETE

# ---- asleep everything stands, tmux too; awake it is the same

murmur sleep one >/dev/null
assert_eq T "$(state_of "$repl")" "state of the program"
assert_eq T "$(state_of "$(tmux_of)")" "state of tmux"
assert_fails murmur ssh one -- true
assert_contains "$OUTPUT" "murmur wake one"
murmur queue add one "good morning" >/dev/null
wait_until says one "you said good morning"
[[ $(pid_of one) == "$repl" ]] || fail "another program woke up"
wait_phase one PHASE_TASK_COMPLETE

# ---- an interrupt is a key, and ends the turn

murmur queue add one "hold on" >/dev/null
wait_until has_heard one "hold on"
murmur session interrupt one >/dev/null
wait_phase one PHASE_IDLE
wait_until says one "let go"
[[ $(pid_of one) == "$repl" ]] || fail "the interrupt ended the program"

# ---- the runner is killed: the terminal is lost with it, which is told, and another begins

murmur queue add one "hold again" >/dev/null
wait_until has_heard one "hold again"
before=$(murmur status --json one | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p')
kill -KILL "$before"
wait_phase one PHASE_IDLE
assert_contains "$(murmur status one)" "was cut off"
process_is_gone "$repl" || fail "the program of the lost runner still runs"
murmur queue add one "still there?" >/dev/null
wait_until says one "you said still there?"
has_heard one "hold again" || fail "the message that was cut off came again: $(heard one)"
has_heard one "still there?" || fail "heard: $(heard one)"
wait_phase one PHASE_TASK_COMPLETE
assert_eq 1 "$(pid_of one | wc -l)" "programs of one agent"

# ---- stopped in good order: the work is saved, and nothing is left

printf 'kept\n' >"$(murmur ssh one -- pwd -P)/open"
murmur session stop one >/dev/null
wait_phase one PHASE_COMPLETED
[[ -n $(murmur snapshot ls -q one) ]] || fail "no snapshot"
assert_eq "" "$(pid_of one)$(tmux_of)" "processes left"
assert_eq "" "$(ls "$machines")" "machines left"
assert_fails murmur ssh --attach one
assert_contains "$OUTPUT" "has ended"

# ---- resurrected it has a terminal again; killed it leaves nothing either

murmur spawn --resurrect one "it is back" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
has_heard one "it is back" || fail "heard: $(heard one)"
assert_eq kept "$(murmur ssh one -- cat open)" "what was not committed"
murmur kill one >/dev/null
wait_phase one PHASE_KILLED
assert_eq "" "$(pid_of one)$(tmux_of)" "processes left"
assert_eq "" "$(ls "$machines")" "machines left"

# ---- without a word from the program a turn is over when the terminal is quiet; a program's end is its session's

cat >.murmur/murmur.yaml <<EOF
backends:
  command:
    command: "cat >/dev/null; echo autonomous"
    interactive: ["$WORLD/repl"]
    quiet: 3s
EOF
spawn -i quiet
wait_phase quiet PHASE_IDLE
murmur queue add quiet "one" >/dev/null
wait_phase quiet PHASE_TASK_COMPLETE
assert_contains "$(murmur status --json quiet)" "you said one"
murmur queue add quiet "end" >/dev/null
wait_phase quiet PHASE_FAILED
assert_contains "$(murmur status quiet)" "exit 3"

# ---- what cannot be is refused by name

spawn plain "hello"
wait_phase plain PHASE_TASK_COMPLETE
assert_fails murmur ssh --attach plain
assert_contains "$OUTPUT" 'agent "plain" has no terminal to attach to'
murmur kill plain >/dev/null
sed -i '/interactive:/d' .murmur/murmur.yaml
spawn -i nothing "hello"
wait_phase nothing PHASE_FAILED
assert_contains "$(murmur status nothing)" 'does not know how to run its command in a terminal'

# A computer without tmux.
stop_daemon
mkdir "$WORLD/bin"
ln -s /usr/bin/* "$WORLD/bin/"
rm -f "$WORLD/bin/tmux"
printf '    interactive: ["%s/repl"]\n' "$WORLD" >>.murmur/murmur.yaml
PATH=$MURMUR_BUILD/bin:$WORLD/bin start_daemon --config "$WORLD/murmurd.yaml"
spawn -i without "hello"
wait_phase without PHASE_FAILED
assert_contains "$(murmur status without)" "needs the program tmux"
assert_contains "$(murmur status without)" "apt install tmux"

# ---- in a sandbox: the terminal is in it, and so is who attaches

# As murmur uses it.
if bwrap --ro-bind / / --dev /dev --proc /proc --unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL --die-with-parent \
    true 2>/dev/null; then
    stop_daemon
    cat >>"$WORLD/murmurd.yaml" <<EOF
plugins:
  local:
    isolation: bubblewrap
    writable: ["$WORLD/origins"]
EOF
    cat >.murmur/murmur.yaml <<'EOF'
backends:
  command:
    command: "cat >/dev/null; echo autonomous"
    interactive: ["bash", "-c", "while read -r l; do echo \"you said $l\"; echo murmur:done >\"$MURMUR_CONTROL\"; done"]
EOF
    start_daemon --config "$WORLD/murmurd.yaml"
    spawn -i walled "hello"
    wait_phase walled PHASE_TASK_COMPLETE
    assert_eq plugins "$(murmur ssh walled -- ls "$MURMUR_STATE_DIR")" "what a shell there sees of murmur"
    exec 7<>"$WORLD/keys"
    TERM=xterm script -qefc 'murmur ssh --attach walled' "$WORLD/screen" <"$WORLD/keys" >/dev/null 2>&1 &
    person=$!
    wait_until grep -qaF "you said hello" "$WORLD/screen"
    printf 'from outside\r' >&7
    wait_until says walled "you said from outside"
    printf '\002d' >&7
    wait "$person" || fail "attaching ended with $?: $(tail -c 300 "$WORLD/screen")"
    exec 7>&-
    murmur kill walled >/dev/null
    wait_phase walled PHASE_KILLED
    assert_eq "" "$(tmux_of)" "processes left"
else
    printf 'no agent ran in a sandbox: bwrap cannot be used here (apt install bubblewrap, or unprivileged namespaces)\n'
fi
