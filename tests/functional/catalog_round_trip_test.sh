#!/usr/bin/env bash
# Every kind with the least that it accepts, as murmur describe shows it: what get prints is what set reads, nothing that
# is referred to can be removed, and in the order of the references everything can be taken away again.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

start_daemon

# In the order of references; what an example refers to is made by the example of an earlier one, or below.
ordered=(pool-config user group role tenant-binding service-profile secret user-secret machine-type disk-type image
    placement recipe environment repo-config workspace agent-persona flight alias)

# example_of KIND: the least input, from its description.
example_of() {
    murmur describe "$1" | sed -n '/^The least that is accepted:$/,/^Fields/p' | sed -e '1,2d' -e '/^Fields/,$d' -e 's/^    //' |
        sed -e '${/^$/d}'
}

# name_of KIND FILE: the name that its body says it has; Markdown has none.
name_of() {
    local name
    name=$(sed -nE "s/^(name|clone_url): *//p" "$2" | head -n 1)
    case $1 in
    pool-config) printf 'default\n' ;;
    *) printf '%s\n' "${name:-my-$1}" ;;
    esac
}

generation_of() { murmur describe "$1" "$2" | sed -nE 's/^generation: *//p'; }

# A kind that does not stand above comes last, so it may refer to any of them. `agent` is written by murmur alone.
for kind in $(murmur describe --json | sed -nE 's/^    "name": "(.*)",?$/\1/p' | grep -vx agent); do
    [[ " ${ordered[*]} " == *" $kind "* ]] || ordered+=("$kind")
done

# What examples refer to and no example makes.
printf 'name: my-workspace\nimage_ref: murmur-local\nenvironment_ref: murmur-local\nplacement: murmur-local\nrepos:\n  - {clone_url: "https://github.com/acme/x", base_branch: main}\n' >"$WORLD/workspace"
make_repo app
use_in_app() { (cd "$WORLD/work/app" && "$@"); }
(cd app && use_command_backend 'cat >/dev/null; echo done')
use_in_app murmur spawn fix-auth-bug "Wait" >/dev/null

for kind in "${ordered[@]}"; do
    file=$WORLD/$kind.example
    example_of "$kind" >"$file"
    [[ -s $file ]] || fail "murmur describe $kind shows no example"
    # The agent of an alias has to be there.
    [[ $kind != alias ]] || sed -i "s/account: alice/account: $(id -un)/" "$file"
    name=$(name_of "$kind" "$file")
    printf '%s\n' "$name" >"$WORLD/$kind.name"
    assert_eq "Set $kind \"$name\"" "$(murmur set "$kind" "$name" <"$file")"
    first=$(generation_of "$kind" "$name")
    assert_contains "$(murmur get "$kind" -q)" "$name"
    case $kind in
    secret | user-secret)
        # What is stored cannot be read, so it cannot be set again either.
        murmur get "$kind" "$name" >"$WORLD/text"
        assert_fails murmur set "$kind" "$name" -f "$WORLD/text"
        assert_contains "$OUTPUT" "desc = plaintext_value is required"
        ;;
    *)
        murmur get "$kind" "$name" >"$WORLD/text"
        murmur get "$kind" "$name" --json >"$WORLD/json"
        assert_eq "$kind \"$name\" is unchanged" "$(murmur set "$kind" "$name" <"$WORLD/text")"
        assert_eq "$kind \"$name\" is unchanged" "$(murmur set "$kind" "$name" <"$WORLD/json")"
        assert_eq "$(cat "$WORLD/text")" "$(murmur get "$kind" "$name")" "$kind after its own JSON was set"
        ;;
    esac
    assert_eq "$first" "$(generation_of "$kind" "$name")" "the generation of $kind after the same again"
    description=$(murmur describe "$kind" "$name")
    assert_contains "$description" "author:"
    assert_contains "$description" "updated_at:"
    printf 'kind %s: ok\n' "$kind"
done

# Every builtin reads back too, and cannot be changed.
for kind in machine-type disk-type image placement environment group role agent-persona; do
    mapfile -t names < <(murmur get "$kind" -q | grep '^murmur-')
    ((${#names[@]} > 0)) || fail "no builtin $kind"
    for name in "${names[@]}"; do
        murmur get "$kind" "$name" >"$WORLD/text"
        assert_fails murmur set "$kind" "$name" -f "$WORLD/text"
        assert_contains "$OUTPUT" "code = PermissionDenied desc = $kind \"$name\" is a platform builtin and cannot be changed"
        assert_fails murmur rm "$kind" "$name"
        assert_contains "$OUTPUT" "is a platform builtin and cannot be changed"
    done
done

name_in() { cat "$WORLD/$1.name"; }
# is_held KIND HOLDER...: it cannot be removed, and every holder is named.
is_held() {
    local kind=$1 holder
    shift
    assert_fails murmur rm "$kind" "$(name_in "$kind")"
    for holder in "$@"; do
        assert_contains "$OUTPUT" "$kind \"$(name_in "$kind")\" is referenced by "
        assert_contains "$OUTPUT" "$holder \"$(name_in "$holder")\""
    done
}
is_held role tenant-binding
is_held group tenant-binding

# A workspace of the tenant's own things: each of them is held by it, and some by others as well.
printf 'name: holder\nsubstrate: SUBSTRATE_GCP\nmachine_type_ref: %s\ndisk_type_ref: %s\ndisk_size_gb: 10\n' \
    "$(name_in machine-type)" "$(name_in disk-type)" | murmur set environment holder >/dev/null
printf 'name: holder\nimage_ref: %s\nenvironment_ref: holder\nplacement: murmur-gcp-us-west1\nsecret_refs: [%s]\nrepos: [{clone_url: "https://github.com/a/b", base_branch: main}]\n' \
    "$(name_in recipe)" "$(name_in secret)" | murmur set workspace holder >/dev/null
for kind in machine-type disk-type; do
    assert_fails murmur rm "$kind" "$(name_in "$kind")"
    assert_contains "$OUTPUT" 'is referenced by environment "holder"'
done
assert_fails murmur rm environment holder
assert_contains "$OUTPUT" 'code = FailedPrecondition desc = environment "holder" is referenced by workspace "holder"'
assert_fails murmur rm recipe "$(name_in recipe)"
assert_contains "$OUTPUT" 'is referenced by workspace "holder"'
murmur patch recipe "$(name_in recipe)" --set "secret_allowlist=[$(name_in secret)]" >/dev/null
assert_fails murmur rm secret "$(name_in secret)"
assert_contains "$OUTPUT" 'workspace "holder"'
assert_contains "$OUTPUT" "recipe \"$(name_in recipe)\""
murmur rm workspace holder >/dev/null
murmur rm environment holder >/dev/null

for ((i = ${#ordered[@]} - 1; i >= 0; --i)); do
    kind=${ordered[i]} name=$(name_in "${ordered[i]}")
    before=$(generation_of "$kind" "$name")
    assert_eq "Deleted $kind \"$name\"" "$(murmur rm "$kind" "$name")"
    assert_fails murmur rm "$kind" "$name"
    assert_contains "$OUTPUT" "code = NotFound desc = $kind \"$name\" not found"
    # The singleton is there without having been written.
    [[ $kind == pool-config ]] || assert_fails murmur get "$kind" "$name"
    assert_contains "$OUTPUT" "code = NotFound desc = $kind \"$name\" not found"
    # One that is made again goes on counting: the removal was a change too.
    if [[ $kind == role ]]; then
        murmur set role "$name" -f "$WORLD/role.example" >/dev/null
        assert_eq "$((before + 2))" "$(generation_of role "$name")" "the generation of a role that was made again"
        murmur rm role "$name" >/dev/null
    fi
done
