#!/usr/bin/env bash
# What murmur adds to the work itself: from `murmur spawn` to the end of a trivial agent's first turn, beside
# `git clone --local` into a new directory, a branch, and the same program. The daemon runs already.
# Budget: the spawn is acknowledged in 10 ms.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'echo done'
start_daemon

cat >"$WORLD/bare" <<SCRIPT
#!/bin/sh
# The same without murmur; every run needs a directory of its own.
set -e
directory=\$(mktemp -d "$WORLD/work/bare.XXXXXX")
git clone --quiet --local "$WORLD/origins/app.git" "\$directory/app"
git -C "\$directory/app" checkout --quiet -b work
git -C "\$directory/app" push --quiet origin "work:bare-\${directory##*.}"
echo prompt | (cd "\$directory/app" && sh -c 'echo done')
SCRIPT
# A slug is used once; its number comes from a counter in a file.
cat >"$WORLD/spawn" <<SCRIPT
#!/bin/sh
set -e
read -r n <"$WORLD/count"
echo \$((n + 1)) >"$WORLD/count"
murmur spawn "agent-\$n" "Say that it is done"
SCRIPT
cat >"$WORLD/turn" <<SCRIPT
#!/bin/sh
set -e
"$WORLD/spawn"
read -r n <"$WORLD/count"
murmur session watch --until-idle "agent-\$((n - 1))"
SCRIPT
chmod +x "$WORLD/bare" "$WORLD/spawn" "$WORLD/turn"
echo 0 >"$WORLD/count"

"$MURMUR_BUILD/tests/bench/time_command" "${MURMUR_BENCH_RUNS:-20}" \
    --title "git clone --local, push, exec" "$WORLD/bare" \
    --title "murmur spawn, to the end of the first turn" "$WORLD/turn" \
    --title "murmur spawn, to its acknowledgement" "$WORLD/spawn"
stop_daemon
