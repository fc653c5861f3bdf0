#!/usr/bin/env bash
# How long a murmur command takes that asks nobody, beside programs that people call quick (and one that they do not).
# Budget: `murmur version --client` in 3 ms.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

commands=(
    --title "murmur version --client" murmur version --client
    --title "murmur --help" murmur --help
    --title "git --version" git --version
    --title "true (fork and exec alone)" /bin/true
)
if command -v gh >/dev/null; then commands+=(--title "gh --version" gh --version); fi
"$MURMUR_BUILD/tests/bench/time_command" "${MURMUR_BENCH_RUNS:-300}" "${commands[@]}"
