# shellcheck shell=bash
# Sourced, after functional.sh, by what runs scripts/quickstart.

# make_checkout: $WORLD/checkout is this checkout, with the programs of MURMUR_BUILD, but what quickstart asks to be built
# is only looked up: a source that is newer must not change the programs of tests that run at the same time. What it asked
# for is in $WORLD/builds, a line for each time.
make_checkout() {
    local entry
    [[ -f $MURMUR_BUILD/build.ninja ]] || skip "there is nothing to build with in $MURMUR_BUILD"
    export MURMUR_PRESET=${MURMUR_BUILD##*/}
    mkdir -p "$WORLD/checkout/scripts" "$WORLD/checkout/build"
    for entry in "$MURMUR_SOURCE"/*; do
        case ${entry##*/} in build | scripts) ;; *) ln -s "$entry" "$WORLD/checkout/" ;; esac
    done
    for entry in "$MURMUR_SOURCE"/scripts/*; do
        [[ ${entry##*/} == build ]] || ln -s "$entry" "$WORLD/checkout/scripts/"
    done
    ln -s "$MURMUR_BUILD" "$WORLD/checkout/build/$MURMUR_PRESET"
    cat >"$WORLD/checkout/scripts/build" <<SCRIPT
#!/usr/bin/env bash
printf '%s\n' "\$*" >>'$WORLD/builds'
exec cmake --build '$MURMUR_BUILD' --target "\${@:2}" -- -n
SCRIPT
    chmod +x "$WORLD/checkout/scripts/build"
}
