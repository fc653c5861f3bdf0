#!/usr/bin/env bash
# More resources than the server gives at a time: a list has them all, and stays quick to ask for.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

start_daemon
readonly count=2345
for ((i = 0; i < count; ++i)); do
    printf 'kind: role\nname: r%05d\npermissions: [workspace.read]\n---\n' "$i"
done >"$WORLD/roles.yaml"
murmur apply -f "$WORLD/roles.yaml" | tail -n 1 >"$WORLD/applied"
assert_eq "$count created, 0 updated, 0 unchanged" "$(cat "$WORLD/applied")"
assert_eq "$(printf 'r%05d\n' $(seq 0 $((count - 1))))" "$(murmur get role -q | grep -v '^murmur-')" "the names of all roles"
assert_eq "$count" "$(murmur get role --json | grep -c '^    "name": "r')" "roles as JSON"
murmur apply -f "$WORLD/roles.yaml" | tail -n 1 >"$WORLD/applied"
assert_eq "0 created, 0 updated, $count unchanged" "$(cat "$WORLD/applied")"
