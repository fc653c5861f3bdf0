#!/usr/bin/env bash
# A snapshot of 100 MB is under way when the runner is killed, when murmurd is killed, and when the machine that it is
# put back on loses its runner: the work is there in the end, and what was never whole is nowhere taken for a blob.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
mkdir .murmur
# Bytes that no compression makes fewer.
cat >.murmur/murmur.yaml <<'EOF'
backends:
  command:
    commit: never
    command:
      - sh
      - -c
      - |
        case $MURMUR_PROMPT in
        make*) head -c 100000000 /dev/urandom >big.bin; echo small >small.txt ;;
        change*) head -c 1000 /dev/urandom >>big.bin ;;
        esac
        echo "sum: $(sha256sum <big.bin | cut -c1-64)"
EOF
blobs=$MURMUR_STATE_DIR/blobs
machines=$MURMUR_STATE_DIR/plugins/local/machines
readonly piece=1000000

# Nothing of 100 MB is there for long: who is to be killed over it has to be known before.
runner_of() { murmur status --json "$1" | sed -n 's/.*"runnerPid": "\([0-9]*\)".*/\1/p'; }
# has_other_runner SLUG: than the $runner of before; $runner is that one then.
has_other_runner() {
    local now
    now=$(runner_of "$1")
    [[ -n $now && $now != "$runner" ]] && runner=$now
}
# is_coming DIRECTORY...: a file of some size is being written there.
is_coming() { [[ -n $(find "$@" -type f -size +"$piece"c 2>/dev/null) ]]; }
blobs_are_whole() {
    local blob
    for blob in "$blobs"/??/*; do
        [[ -e $blob ]] || continue
        assert_eq "${blob##*/}" "$(sha256sum <"$blob" | cut -c1-64)" "a blob's digest"
    done
}
upload_is_partial() {
    local size
    size=$(find "$blobs/uploads" -type f -printf '%s\n' | sort -n | tail -n 1)
    ((size > 0 && size < 100000000)) || fail "the upload was not cut off: it has $size bytes"
}
sum_in_work() { sha256sum <"$(echo "$machines"/*/workspace/web/big.bin)" | cut -c1-64; }
last_sum() { murmur session watch --until-idle "$1" | sed -n 's/.*sum: \([0-9a-f]*\).*/\1/p' | tail -n 1; }
snapshots() { murmur snapshot ls -q "$1" | wc -l; }
has_snapshot() { (($(snapshots "$1") > 0)); }

start_daemon

# The runner dies: the next one saves what the first could not, by itself.
murmur spawn one "make" >/dev/null
runner=
wait_until has_other_runner one
wait_until is_coming "$blobs/uploads"
kill -KILL "$runner"
upload_is_partial
blobs_are_whole
assert_eq 0 "$(snapshots one)" "snapshots before one was whole"
wait_until has_snapshot one
blobs_are_whole
sum=$(sum_in_work)

# murmurd dies: it is gone on with where it was.
has_other_runner one || fail "the runner that was killed is still the agent's"
murmur queue add one "change" >/dev/null
wait_until is_coming "$blobs/uploads"
kill_daemon
upload_is_partial
blobs_are_whole
start_daemon
wait_phase one PHASE_TASK_COMPLETE
blobs_are_whole
[[ $(last_sum one) != "$sum" ]] || fail "nothing was changed"
sum=$(last_sum one)
assert_eq "$sum" "$(sum_in_work)" "the file on the machine"

murmur kill one >/dev/null
wait_phase one PHASE_KILLED
has_no_machine() { [[ -z $(ls "$machines") ]]; }
wait_until has_no_machine

# The runner that puts it back dies over it.
murmur spawn --resurrect one "look" >/dev/null
is_coming_back() { is_coming "$machines"/*/restoring; }
wait_until has_other_runner one
wait_until is_coming_back
kill -KILL "$runner"
wait_phase one PHASE_TASK_COMPLETE
assert_eq "$sum" "$(last_sum one)" "the sum after all that"
assert_eq "$sum" "$(sum_in_work)" "the file on the fresh machine"
assert_eq small "$(cat "$machines"/*/workspace/web/small.txt)"
blobs_are_whole
