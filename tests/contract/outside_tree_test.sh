#!/usr/bin/env bash
# Installs the SDK into a temporary prefix, moves the prefix, and builds a plugin against it as a third party would, with
# its contract suite. The plugin is an example (example NAME), or one that scripts/new-plugin makes (generated KIND).
set -euo pipefail
: "${MURMUR_BUILD:?is the build tree to test}" "${MURMUR_SOURCE:?is the source tree}"

world=$(mktemp -d "${TMPDIR:-/tmp}/mm.XXXXXX")
trap 'rm -rf "$world"' EXIT
unset MURMUR_RUNTIME_DIR MURMUR_STATE_DIR MURMUR_PLUGIN_PATH CMAKE_PREFIX_PATH

cmake --install "$MURMUR_BUILD" --component sdk --prefix "$world/installed" >"$world/install.log"
mv "$world/installed" "$world/prefix"

case $1 in
    example) cp -r "$MURMUR_SOURCE/examples/$2" "$world/plugin" ;;
    generated) "$MURMUR_SOURCE/scripts/new-plugin" "$2" "my-$2" --out "$world/plugin" ;;
    *) echo "usage: outside_tree_test.sh example NAME | generated KIND" >&2; exit 2 ;;
esac

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
export CCACHE_BASEDIR=$world CCACHE_NOHASHDIR=1
cmake -G Ninja -S "$world/plugin" -B "$world/build" -DCMAKE_PREFIX_PATH="$world/prefix" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wno-missing-field-initializers -Werror" \
    -DCMAKE_COMPILE_WARNING_AS_ERROR=ON "${launcher[@]}"
cmake --build "$world/build"
ctest --test-dir "$world/build" --output-on-failure --no-tests=error

plugin=$(find "$world/build/lib/murmur/plugins" -name '*.so')
symbols=$(nm -D --defined-only "$plugin" | awk '{print $3}')
[[ $symbols == murmur_plugin ]] || { echo "FAILED: $plugin exports: $symbols" >&2; exit 1; }
