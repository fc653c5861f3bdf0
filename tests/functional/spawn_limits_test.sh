#!/usr/bin/env bash
# pool-config limits how many agents a tenant and one user may have; one that begins anew is no more than before.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
use_command_backend 'cat >/dev/null; echo done'
echo 'max_agents_per_developer: 2' | murmur set pool-config default >/dev/null
murmur spawn one "Wait" >/dev/null
murmur spawn two "Wait" >/dev/null
assert_fails murmur spawn three "Wait"
assert_contains "$OUTPUT" "code = ResourceExhausted desc = $(id -un) has as many agents as pool-config allows: 2"
assert_contains "$OUTPUT" "murmur patch pool-config default --set max_agents_per_developer=N"

murmur kill one >/dev/null
wait_phase one PHASE_KILLED
murmur spawn three "Wait" >/dev/null
murmur kill two >/dev/null
wait_phase two PHASE_KILLED
murmur patch pool-config default --set max_agents_per_developer=0 --set max_vms=1 >/dev/null
assert_fails murmur spawn four "Wait"
assert_contains "$OUTPUT" 'has as many agents as pool-config allows: 1'
# It was there before.
murmur spawn --force-new two "Again" >/dev/null
murmur patch pool-config default --set max_vms=3 >/dev/null
murmur spawn four "Wait" >/dev/null
