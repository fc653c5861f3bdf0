#!/usr/bin/env bash
# A known secret is set, used, rotated and survives a crash; then its bytes are looked for wherever they should not be.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

# ---------------------------------------------------------------------------------------------------- what to look for

random_word() { head -c 18 /dev/urandom | base64 -w0 | tr '+/' 'xy'; }

tenant_first="canary-\"1\\/$(random_word)"
tenant_second="canary-\"2\\/$(random_word)"
user_secret="canary-\"3\\/$(random_word)"
spawn_secret="canary-\"4\\/$(random_word)"
readonly tenant_first tenant_second user_secret spawn_secret

# base64_within TEXT BEFORE: what every base64 text has in common that encodes TEXT behind BEFORE other bytes.
base64_within() {
    local text length=${#1}
    text=$(printf '%*s%s' "$2" '' "$1" | base64 -w0)
    printf '%s' "${text:$((($2 * 8 + 5) / 6)):$((($2 + length) * 8 / 6 - ($2 * 8 + 5) / 6))}"
}

in_hex() { od -An -v -tx1 | tr -d ' \n'; }
as_json() { sed 's/[\\"]/\\&/g'; }

# forms_of TEXT: a line for each form.
forms_of() {
    local before
    printf '%s\n' "$1"
    for before in 0 1 2; do printf '%s\n' "$(base64_within "$1" "$before")"; done
    printf '%s' "$1" | in_hex
    printf '\n'
    printf '%s' "$1" | in_hex | tr a-f A-F
    printf '\n'
    printf '%s\n' "$1" | as_json
}

for value in "$tenant_first" "$tenant_second" "$user_secret" "$spawn_secret"; do forms_of "$value"; done >"$WORLD/forms"
assert_eq 28 "$(grep -c . "$WORLD/forms")" "forms"

# found_in WHAT: the search. Reads what is searched, prints what it found.
found_in() { grep -aoF -f "$WORLD/forms" || true; }

# expect_clean WHAT: nothing is in the standard input.
expect_clean() {
    local found
    found=$(found_in)
    [[ -z $found ]] || fail "a secret is in $1: $found"
}

# search_files: names the files below the state directory that have a form in them.
search_files() { grep -rlaF -f "$WORLD/forms" "$MURMUR_STATE_DIR" "$MURMUR_RUNTIME_DIR" "$DAEMON_LOG" || true; }

expect_clean_files() {
    local found
    found=$(search_files)
    [[ -z $found ]] || fail "$1: a secret is in: $found"
}

# expect_clean_processes: of murmurd and the runners, what others can read of a process.
expect_clean_processes() {
    local pid name count=0
    for pid in $(_world_processes); do
        name=$(cat "/proc/$pid/comm" 2>/dev/null || true)
        [[ $name == murmurd || $name == murmur-runner ]] || continue
        count=$((count + 1))
        # The environment of murmurd is closed to everyone but root; then there is nothing to read.
        { cat "/proc/$pid/cmdline" "/proc/$pid/environ" 2>/dev/null || true; } |
            expect_clean "argv or environment of $name"
    done
    ((count >= $1)) || fail "$count of $1 processes are there"
}

# The search must be able to find: each form, planted where it is looked for.
plant() {
    local line
    while IFS= read -r line; do
        printf 'before%sbehind' "$line" >"$MURMUR_STATE_DIR/planted"
        assert_eq "$MURMUR_STATE_DIR/planted" "$(search_files)" "the search for a planted form"
        [[ -n $(printf '{"text":"%s"}' "$line" | found_in) ]] || fail "not found in an answer: $line"
        rm "$MURMUR_STATE_DIR/planted"
    done <"$WORLD/forms"
    # A process of ours with one in its environment.
    [[ -n $(env CANARY="$tenant_first" cat /proc/self/environ | found_in) ]] || fail "not found in an environment"
}

# ---------------------------------------------------------------------------------------------------- the world

make_repo app
cd app
# What a careless program does with what it was given. Its digest proves that it was given it.
use_command_backend 'show() {
    printf "%s\n" "$1"
    printf "%s" "$1" | base64
    printf "a%s" "$1" | base64 -w0; echo
    printf "ab%s" "$1" | base64 -w0; echo
    printf "%s" "$1" | od -An -v -tx1 | tr -d " \n"; echo
    printf "%s" "$1" | od -An -v -tx1 | tr -d " \n" | tr a-f A-F; echo
    printf "{\"token\":\"%s\"}\n" "$(printf "%s" "$1" | sed "s/[\\\\\"]/\\\\&/g")"
    rest=$1
    while [ -n "$rest" ]; do
        printf "%.3s" "$rest"
        rest=${rest#"$(printf "%.3s" "$rest")"}
    done
    echo
}
for name in MURMUR_SECRET_CANARY MURMUR_SECRET_MINE GIVEN; do
    eval "value=\$$name"
    show "$value"
    show "$value" >&2
    echo "digest $name $(printf "%s" "$value" | sha256sum | cut -c1-64)"
done
env | grep -c "^MURMUR_SECRET_" | sed "s/^/delivered /"'

digest_of() { printf '%s' "$1" | sha256sum | cut -c1-64; }

# use_secrets SLUG VALUE: an agent that prints everything it has; CANARY must be VALUE.
use_secrets() {
    local said
    GIVEN=$spawn_secret murmur spawn --workspace canary -e GIVEN --on-idle keep-alive "$1" "show what you have" \
        >"$WORLD/answer.spawn" 2>&1 || fail "$(cat "$WORLD/answer.spawn")"
    wait_phase "$1" task_complete
    said=$(murmur session watch --until-idle "$1")
    assert_contains "$said" "digest MURMUR_SECRET_CANARY $(digest_of "$2")"
    assert_contains "$said" "digest MURMUR_SECRET_MINE $(digest_of "$user_secret")"
    assert_contains "$said" "digest GIVEN $(digest_of "$spawn_secret")"
    assert_contains "$said" "delivered 2"
    assert_contains "$said" "[redacted]"
}

# every_answer SLUG: everything that murmur says of the secrets and of the agent, with the errors it makes.
every_answer() {
    cat "$WORLD/answer.spawn"
    murmur secret ls
    murmur secret ls --json
    murmur secret ls --user --json
    murmur get secret
    murmur get secret CANARY
    murmur get secret CANARY --json
    murmur get user-secret MINE
    murmur get user-secret MINE --json
    murmur describe secret
    murmur describe secret CANARY
    murmur describe user-secret MINE
    murmur get workspace canary --json
    murmur ls
    murmur ls --json
    murmur status "$1"
    murmur status --json "$1"
    murmur watch --no-follow "$1"
    murmur watch --no-follow --json "$1"
    murmur session watch --until-idle "$1"
    murmur session watch --until-idle --json "$1"
    metrics
}

# metrics: the page at the address that the last start has logged.
metrics() {
    local address
    address=$(sed -nE 's/.* tcp=([^ ]+).*/\1/p' "$DAEMON_LOG" | tail -n 1)
    exec 8<>"/dev/tcp/${address%:*}/${address##*:}"
    printf 'GET /metrics HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$address" >&8
    cat <&8
    exec 8>&-
}

# ---------------------------------------------------------------------------------------------------- set and use

printf 'listen: 127.0.0.1:0\ntokens:\n  - {account: ada, sha256: %s}\n' "$(printf token | sha256sum | cut -c1-64)" \
    >"$WORLD/murmurd.yaml"
export MURMURD_CONFIG=$WORLD/murmurd.yaml
start_daemon
plant
printf '%s\n' "$tenant_first" | murmur secret set CANARY
printf '%s' "$user_secret" | murmur secret set --user MINE
printf 'a secret that the workspace does not name' | murmur secret set OTHER
murmur set workspace canary <<WORKSPACE
name: canary
image_ref: murmur-local
environment_ref: murmur-local
placement: murmur-local
repos:
  - clone_url: $WORLD/origins/app.git
    base_branch: main
secret_refs: [CANARY]
WORKSPACE
assert_eq 600 "$(stat -c %a "$MURMUR_STATE_DIR/secrets.key")" "mode of the key file"

use_secrets first "$tenant_first"
expect_clean_processes 2
expect_clean_files "after the first agent"
assert_contains "$(metrics)" murmur_
every_answer first 2>&1 | expect_clean "an answer"

# ---------------------------------------------------------------------------------------------------- rotate, crash

printf '%s' "$tenant_second" | murmur secret set CANARY
murmur secret rotate-key >"$WORLD/answer.rotate"
assert_contains "$(cat "$WORLD/answer.rotate")" "3 values encrypted anew"
murmurd --add-secret-key --state-dir "$MURMUR_STATE_DIR" >/dev/null
assert_contains "$(murmur secret rotate-key --rewrap)" "1 keys wrapped anew"
use_secrets second "$tenant_second"
kill_daemon
expect_clean_files "after kill -9"

# In the middle of a rotation: once with the new key made, once with the values moved.
# The command starts another murmurd, which goes on with it, and asks again.
for place in rotation:key rotation:values; do
    MURMUR_FAULT=$place start_daemon
    murmur secret rotate-key >"$WORLD/answer.rotate"
    process_is_gone "$DAEMON_PID" || fail "murmurd outlived $place"
    wait "$DAEMON_PID" 2>/dev/null || true
    DAEMON_PID=
    assert_contains "$(cat "$WORLD/answer.rotate")" "values encrypted anew"
    mapfile -t successors < <(daemon_pids)
    assert_eq 1 "${#successors[@]}" "daemons after a crash at $place"
    kill -KILL "${successors[0]}"
    wait_until process_is_gone "${successors[0]}"
    expect_clean_files "after a crash at $place"
done

start_daemon
use_secrets third "$tenant_second"
murmur kill first >/dev/null
wait_phase first killed
expect_clean_processes 2
for slug in second third; do every_answer "$slug" 2>&1 | expect_clean "an answer"; done

# ---------------------------------------------------------------------------------------------------- other ways to set

# Each of them answers with what it has done.
mkdir "$WORLD/catalog"
printf 'kind: secret\nname: CANARY\nplaintext_value: %s\ndescription: one\n' "'$tenant_second'" >"$WORLD/catalog/canary.yaml"
{
    murmur apply --dry-run -f "$WORLD/catalog"
    murmur apply --dry-run --json -f "$WORLD/catalog"
    murmur apply -f "$WORLD/catalog"
    sed 1d "$WORLD/catalog/canary.yaml" | murmur set secret CANARY
    murmur patch secret CANARY --set "plaintext_value=$tenant_first"
    printf '%s' "$tenant_second" >"$WORLD/catalog/value"
    murmur patch secret CANARY --file-field "plaintext_value=$WORLD/catalog/value"
    murmur patch secret CANARY --set description=two
    murmur get secret CANARY
} >"$WORLD/answer.set" 2>&1 || fail "$(cat "$WORLD/answer.set")"
expect_clean "an answer to a change" <"$WORLD/answer.set"
assert_contains "$(cat "$WORLD/answer.set")" "description: two"
expect_clean_files "after changes"
use_secrets fourth "$tenant_second"

# ---------------------------------------------------------------------------------------------------- mistakes

# What is wrong with a value is said without the value.
newline=$'\n'
for text in "plaintext_value: [\"$user_secret\"]" "name: CANARY${newline}plaintext_value: {a: '$user_secret'}" \
    "name: CANARY${newline}plaintext_value: '$user_secret" "name: CANARY${newline}plaintext_value: *$user_secret" \
    "name: CANARY${newline}plaintext_value: a: $user_secret" "$user_secret" "- $user_secret"; do
    assert_fails murmur set secret CANARY <<<"$text"
    printf '%s' "$OUTPUT" | expect_clean "the complaint about: ${text//canary*/…}"
done
assert_fails murmur patch secret CANARY --set "plaintext_valu=$user_secret"
printf '%s' "$OUTPUT" | expect_clean "the complaint about a field's name"
expect_clean_files "after mistakes"

# ---------------------------------------------------------------------------------------------------- no core

# cored COMMAND...: whether it left a core when it was ended by a signal that asks for one.
cored() {
    mkdir -p "$WORLD/cores"
    # Not exec: the shell has to see how its child ends.
    bash -c 'cd "$1"; shift; ulimit -c unlimited; "$@"; exit 0' cored "$WORLD/cores" "$@" >"$WORLD/cored" 2>&1 || true
    grep -qi 'core dumped' "$WORLD/cored"
}
stop_daemon
# The control: a program that may.
# shellcheck disable=SC2016
if cored bash -c 'kill -ABRT $$'; then
    mkfifo "$WORLD/core_ready"
    { read -r said <"$WORLD/core_ready"; [[ $said == ready ]] && kill -ABRT "$(cat "$MURMUR_STATE_DIR/lock")"; } &
    if cored bash -c 'murmurd --foreground --ready-fd 9 9>"$1"' murmurd "$WORLD/core_ready"; then
        fail "murmurd left a core: $(cat "$WORLD/cored")"
    fi
    assert_contains "$(cat "$WORLD/cored")" "Aborted"
    find "$WORLD/cores" -type f -exec cat {} + | expect_clean "a core"
else
    printf 'no program can leave a core here: nothing to see of murmurd\n'
fi

# ---------------------------------------------------------------------------------------------------- without the key

# The values are there and their key is not: the agent fails, and says so, and nothing else is harmed.
mv "$MURMUR_STATE_DIR/secrets.key" "$WORLD/secrets.key"
start_daemon
murmur spawn --workspace canary locked "show what you have" >/dev/null
wait_phase locked failed
assert_contains "$(murmur status locked)" 'secret "CANARY" cannot be opened'
assert_contains "$(murmur watch --no-follow locked)" 'secret "CANARY" cannot be opened'
assert_fails murmur secret rotate-key
stop_daemon
mv "$WORLD/secrets.key" "$MURMUR_STATE_DIR/secrets.key"
chmod 644 "$MURMUR_STATE_DIR/secrets.key"
assert_fails timeout 30 murmurd --foreground
assert_contains "$OUTPUT" "chmod 600"
chmod 600 "$MURMUR_STATE_DIR/secrets.key"
start_daemon
use_secrets unlocked "$tenant_second"
expect_clean_files "at the end"
