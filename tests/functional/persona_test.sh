#!/usr/bin/env bash
# A persona says how an agent works; a flag wins over it, and it wins over murmur.yaml.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
mkdir .murmur
cat >.murmur/murmur.yaml <<'CONFIG'
model: from-yaml
on_idle: keep-alive
limits: {max_turns: 9, max_children: 2}
backends:
  command:
    command: [sh, -c, 'echo "model $2, told $3: $(cat)"; for t in $(murmur task ls --active -q 2>/dev/null); do :; done', sh, x, "{model}", "{system_prompt}"]
CONFIG
start_daemon
murmur set agent-persona reviewer >/dev/null <<'PERSONA'
---
description: Reviews
model: from-persona
limits: {max_turns: 4}
---
You only review.
PERSONA

murmur spawn plain "Work" >/dev/null
murmur spawn review "Work" --agent reviewer >/dev/null
murmur spawn forced "Work" --agent reviewer --model from-flag --max-turns 2 >/dev/null
for slug in plain review forced; do wait_phase "$slug" PHASE_TASK_COMPLETE; done

said() { murmur session watch --until-idle "$1"; }
assert_contains "$(said plain)" "model from-yaml, told : Work"
assert_contains "$(said review)" "model from-persona, told You only review."
assert_contains "$(said forced)" "model from-flag, told You only review."
limit() { murmur budget "$1" | grep max-turns | tr -s ' ' | cut -d' ' -f2; }
assert_eq 9 "$(limit plain)"
assert_eq 4 "$(limit review)"
assert_eq 2 "$(limit forced)"
assert_contains "$(murmur budget review)" "max-children  2"
assert_contains "$(murmur status review)" "persona:"

assert_fails murmur spawn odd "Work" --agent reviewr
assert_contains "$OUTPUT" 'agent-persona "reviewr"'
assert_contains "$OUTPUT" 'hint: '
