#!/usr/bin/env bash
# `session watch --from` goes on behind an event, in the middle of a stream: also when murmurd was killed meanwhile, and
# also by itself, without being started again. Nothing comes twice, nothing is missing, and ids rise.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
readonly lines=300
# Tells one line after the other, as long as somebody asks for more: the test sets the pace, not a clock.
use_command_backend 'cat >/dev/null
i=0
while [ $i -lt '"$lines"' ]; do
    while [ ! -e "$MURMUR_USER_HOME/upto" ] || [ $i -ge "$(cat "$MURMUR_USER_HOME/upto")" ]; do sleep 0.02; done
    i=$((i + 1))
    echo "line $i."
done'
allow() { echo "$1" >"$HOME/upto.new"; mv "$HOME/upto.new" "$HOME/upto"; }
start_daemon
allow 50
murmur spawn teller "Tell" >/dev/null

# Two readers: one is started anew each time, the other stays through everything.
murmur session watch --json teller >"$WORLD/steady" 2>"$WORLD/steady.notes" &
reader=$!
: >"$WORLD/pieces"
has_line() { grep -qF "\"line $1.\"" "$WORLD/steady"; }
from=0
# read_on: what came behind $from up to now, without waiting for more.
read_on() {
    timeout "$wait_limit_s" murmur session watch --json --from "$from" teller >"$WORLD/piece" 2>/dev/null &
    local piece=$!
    piece_has() { grep -qF "\"line $1.\"" "$WORLD/piece"; }
    wait_until piece_has "$1"
    kill -INT "$piece" 2>/dev/null || true
    wait "$piece" || true
    # In the middle of what there is: what comes behind is read again by the next.
    head -n "$2" "$WORLD/piece" >>"$WORLD/pieces"
    from=$(tail -n 1 "$WORLD/pieces" | grep -oE '"id":"[0-9]+-[0-9]+"' | cut -d'"' -f4)
    [[ $from =~ ^[0-9]+-[0-9]+$ ]] || fail "the last event has no id <ms>-<n>: $(tail -n 1 "$WORLD/pieces")"
}
# The reader that stays would start a murmurd of its own: who holds this lock is the one who starts it.
hold_starts() {
    exec 6>"$MURMUR_RUNTIME_DIR/start.lock"
    flock 6
}
let_starts() {
    flock -u 6      # by name: murmurd has the descriptor too
    exec 6>&-
}
wait_until has_line 50
read_on 50 20
for upto in 100 150 200; do
    hold_starts
    kill_daemon
    allow "$upto"       # it works on while nobody keeps the record
    start_daemon
    let_starts
    wait_until has_line "$upto"
    read_on "$upto" 37
done
hold_starts
kill_daemon
start_daemon
let_starts
allow "$lines"
wait_until has_line "$lines"
wait_phase teller PHASE_TASK_COMPLETE
murmur session watch --json --until-idle --from "$from" teller >>"$WORLD/pieces"
murmur session watch --json --until-idle teller >"$WORLD/whole"
kill -INT "$reader"
CODE=0
wait "$reader" || CODE=$?
assert_eq 130 "$CODE" "the exit code after Ctrl-C"
assert_contains "$(cat "$WORLD/steady.notes")" "trying again"
assert_contains "$(cat "$WORLD/steady.notes")" "last event id: "

# ids_rise FILE: each id is above the one before it.
ids_rise() {
    grep -oE '"id":"[0-9]+-[0-9]+"' "$1" | cut -d'"' -f4 | tr '-' ' ' >"$WORLD/ids"
    assert_eq "$(wc -l <"$1")" "$(wc -l <"$WORLD/ids")" "ids in $1"
    sort -n -k1,1 -k2,2 -u "$WORLD/ids" | cmp - "$WORLD/ids" || fail "the ids of $1 do not rise"
}
told_lines() { grep -oE '"line [0-9]+\."' "$1" | tr -d '"'; }
seq -f 'line %g.' "$lines" >"$WORLD/expected"
for file in whole pieces steady; do
    ids_rise "$WORLD/$file"
    told_lines "$WORLD/$file" | cmp - "$WORLD/expected" || fail "$file does not have each line once"
done
cmp "$WORLD/pieces" "$WORLD/whole"

# The last id that is printed when one stops watching is where one goes on.
last=$(sed -n 's/^last event id: //p' "$WORLD/steady.notes" | tail -n 1)
assert_eq "" "$(murmur session watch --json --until-idle --from "$last" teller)" "events behind the last one"
for bad in yesterday 1-2-3 -1 99x; do
    assert_fails murmur session watch --from="$bad" --until-idle teller
    assert_contains "$OUTPUT" "InvalidArgument"
done
