#!/usr/bin/env bash
# A substrate that was built outside of the tree, against an installed prefix, is loaded by murmurd and carries an agent.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

cmake --install "$MURMUR_BUILD" --component sdk --prefix "$WORLD/prefix" >"$WORLD/install.log"
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake -G Ninja -S "$MURMUR_SOURCE/examples/substrate_scratch" -B "$WORLD/build" -DCMAKE_PREFIX_PATH="$WORLD/prefix" \
    -DCMAKE_CXX_FLAGS=-O0 "${launcher[@]}" >"$WORLD/configure.log"
CCACHE_BASEDIR=$WORLD CCACHE_NOHASHDIR=1 cmake --build "$WORLD/build" --target scratch >"$WORLD/build.log"

machines=$WORLD/machines
export MURMURD_CONFIG=$WORLD/murmurd.yaml
cat >"$MURMURD_CONFIG" <<CONFIG
default_substrate: scratch
plugin_dirs: [$WORLD/build/lib/murmur/plugins]
plugins:
  scratch:
    directory: $machines
CONFIG
start_daemon
assert_contains "$(murmur plugin ls)" "substrate:scratch"

make_repo demo
cd demo
use_command_backend 'echo hello >hello.txt && git add hello.txt && git commit -qm "say hello" && echo done'
murmur spawn say-hello "Say hello" >/dev/null
has_commit() { git -C "$WORLD/origins/demo.git" log --all --format=%s | grep -qx 'say hello'; }
wait_until has_commit
assert_eq 1 "$(find "$machines" -mindepth 1 -maxdepth 1 -type d | wc -l)" "machines of the scratch substrate"

murmur kill say-hello >/dev/null
no_machines() { [[ -z $(ls -A "$machines") ]]; }
wait_until no_machines
stop_daemon
