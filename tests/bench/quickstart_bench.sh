#!/usr/bin/env bash
# How long scripts/quickstart takes when everything is built: from the command to the agent's commit on the origin.
# Budget: 10 s. The build looks whether there is anything to do, and does nothing.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"
source "$MURMUR_SOURCE/tests/support/quickstart.sh"

budget_ms=10000
runs=${MURMUR_BENCH_RUNS:-3}
make_checkout
make_repo app
slowest=0
for ((i = 0; i < runs; i++)); do
    began=${EPOCHREALTIME/./}
    said=$("$WORLD/checkout/scripts/quickstart" --repo "$WORLD/work/app" "Describe the project" 2>&1) || fail "quickstart: $said"
    took_ms=$(((${EPOCHREALTIME/./} - began) / 1000))
    ((took_ms <= slowest)) || slowest=$took_ms
    printf 'quickstart --repo: %d ms\n' "$took_ms"
    # The slug is made of the time in seconds.
    ended=$EPOCHSECONDS
    until ((EPOCHSECONDS > ended)); do sleep 0.1; done
done
((slowest <= budget_ms)) || fail "it took more than $budget_ms ms"
murmur daemon stop >/dev/null
