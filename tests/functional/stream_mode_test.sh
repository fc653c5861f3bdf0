#!/usr/bin/env bash
# An agent spawned with --stream has one process for the whole session, which gets every message as a line; without it a
# process a turn.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
mkdir .murmur
cat >.murmur/murmur.yaml <<'EOF'
backends:
  command:
    stream: text
    command: |
      [ -n "$MURMUR_STREAM" ] || { cat >/dev/null; echo "process $$"; exit; }
      while read -r line; do echo "process $$ heard $line"; echo murmur:done; done
EOF
start_daemon

processes_of() { murmur session watch --until-idle "$1" | grep -o 'process [0-9]*' | sort | uniq -c | tr -s ' '; }

for mode in --stream ''; do
    slug=agent${mode/--/-}
    # shellcheck disable=SC2086  # no flag is no word
    murmur spawn $mode "$slug" "one" >/dev/null
    wait_phase "$slug" PHASE_TASK_COMPLETE
    murmur queue add "$slug" "two" >/dev/null
    two_answers() { [[ $(murmur session watch --until-idle "$slug" | grep -c 'process [0-9]') == 2 ]]; }
    wait_until two_answers
    wait_phase "$slug" PHASE_TASK_COMPLETE
    if [[ -n $mode ]]; then
        assert_eq 1 "$(processes_of "$slug" | wc -l)" "processes of a streaming session"
    else
        assert_eq 2 "$(processes_of "$slug" | wc -l)" "processes of two turns"
    fi
done
