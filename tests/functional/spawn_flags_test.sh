#!/usr/bin/env bash
# What is said at spawn reaches the agent: variables, prompts, models, what is expected. What contradicts itself is
# refused by name, each pair of it, before anything is made.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo app
cd app
mkdir .murmur
cat >.murmur/murmur.yaml <<'CONFIG'
on_idle: keep-alive
backends:
  command:
    command: [sh, -c, 'echo "prompt: $(cat | tr "\n" "|")"; echo "system: $(echo "$1" | tr "\n" "|")"; echo "effort: $2/$MURMUR_REASONING_EFFORT"; echo "model: $3/$MURMUR_MODEL"; echo "vars: ${GIVEN-none} ${TAKEN-none} ${EMPTY-none} ${NOT_MINE-none}"', sh, "{system_prompt}", "{reasoning_effort}", "{model}"]
CONFIG
start_daemon
said() { murmur session watch --until-idle "$1"; }

TAKEN="from here, with \$signs" NOT_MINE=secret murmur spawn full "Do it" -e GIVEN=a=b -e TAKEN -e EMPTY= \
    --append-system-prompt "Be brief." --reasoning-effort high --model some-model --out pr --purpose "To see" \
    --task "First" --task "Second" --dequeue-strategy one --sleep-after 1h --on-idle sleep --max-turns 1 >/dev/null
murmur spawn bare "Do it" >/dev/null
murmur spawn pushes "Do it" --out push >/dev/null
murmur spawn answers "Do it" --out respond >/dev/null
murmur spawn reports "Do it" --out "a table of the slowest tests" >/dev/null
murmur spawn purposeful --purpose "Only a purpose" >/dev/null
for slug in bare pushes answers reports purposeful; do wait_phase "$slug" PHASE_TASK_COMPLETE; done
is_done() { [[ $(said full) == *"vars:"* ]]; }
wait_until is_done
full=$(said full)
assert_contains "$full" "vars: a=b [redacted]  none"
assert_contains "$full" "effort: high/high"
assert_contains "$full" "model: some-model/some-model"
assert_contains "$full" "system: Be brief.||What is expected of you is a pull request"
assert_contains "$full" 'End its title with " [murmur:app/full]".'
assert_contains "$full" "murmur report-pr URL"
status=$(murmur status full)
assert_contains "$status" "model:"
assert_contains "$status" "purpose:   To see"
assert_contains "$status" "tasks:     2"
bare=$(said bare)
assert_contains "$bare" "vars: none none none none"
assert_contains "$bare" "effort: /"
assert_contains "$bare" "system: |"
assert_contains "$bare" "prompt: Do it"
assert_contains "$(said pushes)" "Do not open a pull request."
assert_contains "$(said answers)" "What is expected of you is an answer"
assert_contains "$(said reports)" "What is expected of you: a table of the slowest tests"
assert_contains "$(said purposeful)" "prompt: Only a purpose"
# The values of variables are kept out of everything that is stored.
assert_lacks "$(cat "$MURMUR_STATE_DIR"/*.db* | strings)" "from here, with"

assert_fails murmur spawn bad "x" -e UNSET_VARIABLE
assert_contains "$OUTPUT" "-e UNSET_VARIABLE: the variable is not set"
assert_fails murmur spawn bad "x" -e 1X=2
assert_contains "$OUTPUT" '-e "1X" is not the name of a variable'
assert_fails murmur spawn bad "x" -e MURMUR_TOKEN=2
assert_contains "$OUTPUT" "is reserved"
assert_fails murmur spawn bad "x" --purpose "$(printf 'x%.0s' {1..241})"
assert_contains "$OUTPUT" "240"
assert_fails murmur spawn bad "x" --reasoning-effort huge
assert_contains "$OUTPUT" 'unknown --reasoning-effort "huge"'
assert_fails murmur spawn bad "x" --task ""
assert_contains "$OUTPUT" "--task is empty"
assert_fails murmur spawn Bad_Slug "x"
assert_contains "$OUTPUT" 'For example "bad-slug".'
assert_fails murmur spawn bad
assert_contains "$OUTPUT" "the agent has nothing to do"
assert_fails murmur spawn bare "once more"
assert_contains "$OUTPUT" "AlreadyExists"
assert_contains "$OUTPUT" 'murmur queue add bare "…"'

# exclude FLAG WORD... -- FLAG WORD...: refused with both names and exit code 2, in either order.
exclude() {
    local one=() other=()
    while [[ $1 != -- ]]; do one+=("$1") && shift; done
    shift
    other=("$@")
    assert_fails murmur spawn never "x" "${one[@]}" "${other[@]}"
    assert_eq 2 "$CODE" "the exit code of ${one[*]} ${other[*]}"
    assert_contains "$OUTPUT" "${one[0]}"
    assert_contains "$OUTPUT" "${other[0]}"
    assert_contains "$OUTPUT" "exclude each other"
    assert_fails murmur spawn never "x" "${other[@]}" "${one[@]}"
    assert_contains "$OUTPUT" "exclude each other"
}
exclude --resurrect -- --force-new
exclude --resurrect -- --fork-from other
exclude -i -- --stream
exclude -i -- --wait
exclude -i -- --pilot
for what in keep-alive terminate terminate-when-prs-resolved; do exclude --sleep-after 5m -- --on-idle "$what"; done
for flag in "--flight x" "--input a=b"; do
    # shellcheck disable=SC2086
    assert_fails murmur spawn never "x" $flag
    assert_contains "$OUTPUT" "${flag%% *} is not available in this version"
done
assert_lacks "$(murmur ls -a -q)" never
