#!/usr/bin/env bash
# What no resource can be made of: each is refused with one line that says what is wrong and where, and nothing is stored.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

printf 'listen: 127.0.0.1:0\ntokens:\n  - {account: ada, sha256: %s, tenant: "local/%s", admin: true}\n' \
    "$(printf token | sha256sum | cut -d' ' -f1)" "$(id -un)" >"$WORLD/murmurd.yaml"
start_daemon --config "$WORLD/murmurd.yaml"

# The tenant's own resources of every kind, with their generations.
everything() {
    local kind
    for kind in $(murmur describe --json | sed -nE 's/^    "name": "(.*)",?$/\1/p'); do
        murmur get "$kind" -o wide | sed "s/^/$kind /"
    done
}

# refuses WHAT ERROR COMMAND...: the command reads the file $WORLD/input, fails with this error (its first line without
# "murmur: "), and changes nothing.
refuses() {
    local what=$1 error=$2
    shift 2
    CODE=0
    "$@" <"$WORLD/input" >"$WORLD/printed" 2>"$WORLD/noted" || CODE=$?
    assert_eq 1 "$CODE" "the exit code of: $what"
    assert_eq "" "$(cat "$WORLD/printed")" "standard output of: $what"
    assert_eq "murmur: $error" "$(head -n 1 "$WORLD/noted")" "$what"
    PLACE=$(sed -nE 's/^  at //p' "$WORLD/noted")
    HINT=$(sed -nE 's/^hint: //p' "$WORLD/noted")
    assert_eq "$before" "$(everything)" "what is stored after: $what"
    printf 'refused: %s: %s\n' "$what" "$error"
}
invalid="rpc error: code = InvalidArgument desc ="

# input TEXT: printf's format, into the file that the next command reads.
input() {
    # shellcheck disable=SC2059
    printf -- "$1" >"$WORLD/input"
}
environment_of() { # FIELDS: a whole environment with these in place of its own
    input "name: bad\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: murmur-n2-standard-4\ndisk_type_ref: murmur-pd-balanced\n$1"
}

printf 'name: kept\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: murmur-n2-standard-4\ndisk_type_ref: murmur-pd-balanced\ndisk_size_gb: 10\n' |
    murmur set environment kept >/dev/null
printf 'name: kept\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: murmur-n2-standard-4\ndisk_type_ref: murmur-pd-balanced\ndisk_size_gb: 20\n' |
    murmur set environment kept >/dev/null
before=$(everything)
assert_contains "$before" "environment kept"

# ---------------------------------------------------------------------------------------------------- syntax

input 'name: bad\nsubstrate: [SUBSTRATE_GCP\n'
refuses "YAML that does not end" "$invalid parse stdin: line 3, column 1: a [ is not closed" murmur set environment bad
input 'name: bad\nrepos:\n\t- clone_url: x\n'
refuses "a tab" "$invalid parse stdin: line 3, column 1: a tab in the indentation: use spaces" murmur set workspace bad
input 'name: bad\nname: bad\n'
refuses "the same key twice" "$invalid parse stdin: line 2, column 1: the key \"name\" appears a second time" murmur set environment bad
input '{"name": "bad", "name": "bad"}'
refuses "the same key twice in JSON" "$invalid parse stdin: line 1, column 17: the key \"name\" appears a second time" murmur set environment bad
input '- name: bad\n'
refuses "a list" "$invalid parse stdin: the top must be fields with values, not a list" murmur set environment bad
input '# nothing\n'
refuses "only a comment" "$invalid parse stdin: the input has no fields" murmur set environment bad
input 'name: bad\n---\nname: worse\n'
refuses "two documents where one is meant" "$invalid parse stdin: line 2, column 1: a second document begins here" murmur set environment bad
{
    printf 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n'
    for i in {1..9}; do printf 'a%s: &a%s [%s]\n' "$i" "$i" "$(printf "*a$((i - 1)), %.0s" {1..9})*a$((i - 1))"; done
} >"$WORLD/input"
refuses "aliases of aliases of aliases" "$invalid parse stdin: line 5, column 10: more than 20000 values" murmur set environment bad
printf 'name: &self [*self]\n' >"$WORLD/input"
refuses "an alias of itself" "$invalid parse stdin: line 1, column 14: this alias stands inside the value that it names" murmur set environment bad
{ printf '[%.0s' {1..200}; printf ']%.0s' {1..200}; } >"$WORLD/input"
refuses "two hundred brackets" "$invalid parse stdin: line 1, column 33: nested deeper than 32 levels" murmur set environment bad
printf -- '---\nname: bad\nmodel: [\n---\nYou review.\n' >"$WORLD/input"
refuses "front matter that is no YAML" "$invalid parse stdin: line 4, column 1: a [ is not closed" murmur set agent-persona bad
printf -- '---\nmodel: sonnet\nYou review.\n' >"$WORLD/input"
refuses "front matter without an end" "$invalid parse stdin: line 1, column 1: the front matter that begins here is not closed" murmur set agent-persona bad

# ---------------------------------------------------------------------------------------------------- bytes

printf 'name: bad\ndescription: caf\351\n' >"$WORLD/input"
refuses "bytes that are not UTF-8" "standard input is not UTF-8 text (line 2)" murmur set environment bad
refuses "bytes that are not UTF-8, in a file" "\"$WORLD/input\" is not UTF-8 text (line 2)" murmur set environment bad -f "$WORLD/input"
printf 'name: bad\ndescription: a\0b\n' >"$WORLD/input"
refuses "a NUL byte" "$invalid parse stdin: line 2, column 15: a NUL character: this is not a text" murmur set environment bad
head -c $((10 << 20)) /dev/zero | tr '\0' '#' >"$WORLD/input"
refuses "ten MiB" "standard input is longer than 1 MiB, the most that a resource may have" murmur set environment bad
head -c $((1 << 20)) "$WORLD/input" >"$WORLD/mebibyte"
input 'name: bad\nbase_image_gce_ref: murmur-debian12-gce\nprovisioning_timeout: 30m\n'
refuses "a field of one MiB" "$invalid provisioning_script exceeds 262144 byte limit (1048576 bytes)" murmur set recipe bad --file-field "provisioning_script=$WORLD/mebibyte"
rm "$WORLD/mebibyte"

# ---------------------------------------------------------------------------------------------------- fields

environment_of 'disk_size_gb: 100\ndisk_size_g: 3\n'
refuses "an unknown field" "$invalid unknown field \"disk_size_g\"" murmur set environment bad
assert_eq 'Did you mean "disk_size_gb"?' "$HINT" "the hint for an unknown field"
assert_eq 'line 6, column 1: disk_size_g' "$PLACE" "the place of an unknown field"
environment_of 'disk_size_gb: lots\n'
refuses "a word for a number" "$invalid disk_size_gb must be a whole number" murmur set environment bad
assert_eq 'line 5, column 1: disk_size_gb' "$PLACE" "the place of a wrong type"
environment_of 'disk_size_gb: 1.5\n'
refuses "a fraction for a whole number" "$invalid disk_size_gb must be a whole number" murmur set environment bad
environment_of 'disk_size_gb: -1\n'
refuses "a negative size" "$invalid disk_size_gb must be non-negative" murmur set environment bad
environment_of 'disk_size_gb: [100]\n'
refuses "a list for a number" "$invalid disk_size_gb must be a whole number" murmur set environment bad
environment_of 'disk_size_gb: 99999999999999999999\n'
refuses "a number beyond all numbers" "$invalid disk_size_gb must be a whole number" murmur set environment bad
environment_of 'disk_size_gb: 100\ndescription: {a: b}\n'
refuses "an object for a text" "$invalid description must be a string" murmur set environment bad
environment_of "disk_size_gb: 100\ndescription: $(printf 'x%.0s' {1..1025})\n"
refuses "a long description" "$invalid description exceeds 1024 byte limit (1025 bytes)" murmur set environment bad
input 'name: bad\nsubstrate: gcp\nmachine_type_ref: murmur-n2-standard-4\ndisk_type_ref: murmur-pd-balanced\ndisk_size_gb: 1\n'
refuses "the short form of an enum" "$invalid substrate is required" murmur set environment bad
assert_contains "$HINT" "Write SUBSTRATE_GCP"
input 'max_vms: 50\nreap_stranded_agents: on\n'
refuses "an unknown value" "$invalid reap_stranded_agents must be one of enabled, dry_run or disabled" murmur set pool-config default
input 'max_vms: 0\n'
refuses "no machine at all" "$invalid max_vms must be positive" murmur set pool-config default
input 'name: bad\nimage_ref: murmur-local\nenvironment_ref: murmur-local\nplacement: murmur-local\nrepos:\n  - clone_url: https://github.com/a/b\n    base_branch: main\n    base_brnch: x\n'
refuses "an unknown field inside a list" "$invalid unknown field \"repos[0].base_brnch\"" murmur set workspace bad
assert_eq 'line 8, column 5: repos[0].base_brnch' "$PLACE" "the place of a field in a list"
input 'name: bad\npermissions: []\n'
refuses "no permission at all" "$invalid permissions must be non-empty" murmur set role bad

# ---------------------------------------------------------------------------------------------------- names

long=$(printf 'a%.0s' {1..63})
input "name: ${long}b\npermissions: [workspace.read]\n"
refuses "a name of 64 characters" "$invalid name must match [a-z][a-z0-9-]{0,62}" murmur set role "${long}b"
input 'name: 1a\npermissions: [workspace.read]\n'
refuses "a name that begins with a digit" "$invalid name must match [a-z][a-z0-9-]{0,62}" murmur set role 1a
input 'permissions: [workspace.read]\n'
refuses "no name" "$invalid name is required" murmur set role bad
input 'name: worse\npermissions: [workspace.read]\n'
refuses "another name" "$invalid ref name \"bad\" does not match payload name \"worse\"" murmur set role bad
input 'name: murmur-mine\npermissions: [workspace.read]\n'
refuses "a reserved name" "$invalid name \"murmur-mine\" is reserved: names that begin with \"murmur-\" belong to platform builtins" murmur set role murmur-mine
printf 'x' >"$WORLD/input"
refuses "a secret in small letters" "$invalid secret name \"npm_token\" must match [A-Z][A-Z0-9_]*" murmur secret set npm_token
refuses "a secret of murmur's own" "$invalid secret name \"MURMUR_X\" is reserved (MURMUR_* is internal)" murmur secret set MURMUR_X
refuses "a secret that is there anyway" "$invalid secret name \"GH_TOKEN\" is reserved — it is automatically populated from the developer profile" murmur secret set GH_TOKEN

# ---------------------------------------------------------------------------------------------------- others' doing

environment_of 'disk_size_gb: 1\n'
sed -i 's/n2-standard-4/n2-standard-44/' "$WORLD/input"
refuses "a reference to what is not there" "$invalid machine-type \"murmur-n2-standard-44\" does not exist" murmur set environment bad
assert_eq 'Did you mean "murmur-n2-standard-4"?' "$HINT" "the hint for a missing reference"
murmur get environment kept >"$WORLD/input"
refuses "a generation that is past" 'rpc error: code = Aborted desc = environment "kept" is at generation 2, not 1' murmur set environment kept --generation 1
refuses "a removal of what has changed since" 'rpc error: code = Aborted desc = environment "kept" is at generation 2, not 1' murmur rm environment kept --generation 1
refuses "a second one of its name" 'rpc error: code = Aborted desc = environment "kept" is at generation 2, not 0' murmur set environment kept --generation 0
refuses "what is not there" 'rpc error: code = NotFound desc = environment "bad" not found' murmur rm environment bad
refuses "an unknown kind" "$invalid unknown catalog kind \"environmnt\"" murmur set environmnt bad
assert_eq 'Did you mean "environment"?' "$HINT" "the hint for an unknown kind"

# One bad document keeps all of a stream out.
input 'kind: role\nname: good\npermissions: [workspace.read]\n---\nkind: role\nname: bad\npermissions: 3\n'
refuses "a stream with one bad document" "$invalid permissions must be a list of strings" murmur set
assert_contains "$PLACE" "line 7"
input 'kind: role\nname: good\npermissions: [workspace.read]\n---\nkind: tenant-binding\nname: bad\ngrant: {users: [ada], role: gone}\n'
refuses "a stream with a missing reference" "$invalid role \"gone\" does not exist" murmur set
input 'name: bad\npermissions: [workspace.read]\n'
refuses "a document that does not say its kind" "$invalid parse stdin: line 1, column 1: kind is required" murmur set

# ---------------------------------------------------------------------------------------------------- requests

# Another client than murmur, which has read nothing of what it sends. Prints the answer.
post() { # METHOD BODY
    local address
    address=$(sed -nE 's/.* tcp=([^ ]+).*/\1/p' "$DAEMON_LOG" | tail -n 1)
    exec 8<>"/dev/tcp/${address%:*}/${address##*:}"
    printf 'POST /murmur.api.v1.MurmurService/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer token\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
        "$1" "$address" "${#2}" "$2" >&8
    cat <&8
    exec 8>&-
}
# refuses_request WHAT ERROR METHOD BODY
refuses_request() {
    local answer
    answer=$(post "$3" "$4")
    assert_contains "$answer" '"code":"invalid_argument"'
    assert_contains "$answer" "$2"
    assert_eq "$before" "$(everything)" "what is stored after: $1"
    printf 'refused: %s: %s\n' "$1" "$2"
}
assert_contains "$(post GetResource '{"kind":"environment","name":"kept"}')" '"generation":"2"'
rest='"machine_type_ref":"murmur-n2-standard-4","disk_type_ref":"murmur-pd-balanced","disk_size_gb":1'
refuses_request "the same key twice in a body" 'the key \"substrate\" appears a second time' SetResource \
    '{"kind":"environment","name":"bad","body":{"name":"bad","substrate":"SUBSTRATE_AWS","substrate":"SUBSTRATE_GCP",'"$rest}}"
refuses_request "the same key in two spellings" 'are the same field' SetResource \
    '{"kind":"environment","name":"bad","body":{"name":"bad","substrate":"SUBSTRATE_GCP","machineTypeRef":"x",'"$rest}}"
refuses_request "a text and a body" 'text and body are mutually exclusive' SetResource \
    '{"kind":"environment","name":"bad","text":"name: bad","body":{"name":"bad"}}'
refuses_request "a body that is nested too deeply" 'too deep' SetResource \
    '{"kind":"environment","name":"bad","body":'"$(printf '{"a":%.0s' {1..100})1$(printf '}%.0s' {1..100})}"

# What is just inside the limits is taken.
printf 'name: %s\npermissions: [workspace.read]\n' "$long" | murmur set role "$long" >/dev/null
assert_eq "$long" "$(murmur get role | grep -v '^murmur-')"
