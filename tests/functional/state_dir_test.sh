#!/usr/bin/env bash
# One state directory, one daemon, of a version that knows it; nothing is touched when it is refused.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

start_daemon

# A second daemon of the same state directory, though with a socket of its own.
assert_fails timeout 30 murmurd --foreground --runtime-dir "$WORLD/run2"
assert_contains "$OUTPUT" "$MURMUR_STATE_DIR"
assert_contains "$OUTPUT" "hint:"
# A second daemon of the same socket, though with a state directory of its own.
assert_fails timeout 30 murmurd --foreground --state-dir "$WORLD/state2"
assert_contains "$OUTPUT" "$MURMUR_RUNTIME_DIR"
# The first does not mind.
assert_eq "[]" "$(murmur ls --json)"
assert_eq "$DAEMON_PID" "$(daemon_pids)" "daemons"
stop_daemon

# A state directory of a newer murmur. SQLite keeps the version in bytes 60 to 63 of the file.
database=$(find "$MURMUR_STATE_DIR" -maxdepth 1 -name '*.db' -o -maxdepth 1 -name '*.sqlite*' | head -n 1)
[[ -n $database ]] || fail "no database in the state directory: $(ls -la "$MURMUR_STATE_DIR")"
rm -f "$database-wal" "$database-shm"
printf '\x00\x00\x27\x0f' | dd of="$database" bs=1 seek=60 conv=notrunc status=none
before=$(sha256sum <"$database")
assert_fails timeout 30 murmurd --foreground
assert_contains "$OUTPUT" "newer"
assert_contains "$OUTPUT" "hint:"
assert_eq "$before" "$(sha256sum <"$database")" "the refused database"
assert_fails murmur ls
assert_contains "$OUTPUT" "newer"
