#!/usr/bin/env bash
# What only an agent's machine has is saved before the machine goes, and an agent goes on from it on a fresh one: with
# the commit that the origin refused, the uncommitted file, the session's transcript, the queue and the checklist.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

make_repo web
cd web
mkdir .murmur
# A CLI with a transcript below HOME: it answers with everything that it was ever told in this session.
cat >.murmur/murmur.yaml <<'EOF'
backends:
  command:
    home: agent
    commit: never
    session_files: [".cli/{session_id}.log"]
    command:
      - sh
      - -c
      - |
        mkdir -p "$HOME/.cli"
        cat >>"$HOME/.cli/$0.log"
        echo >>"$HOME/.cli/$0.log"
        case $MURMUR_PROMPT in
        work*) echo 1 >kept; git add kept; git commit -qm unpushed; echo 2 >open ;;
        hold*) echo waiting; sleep 1000 ;;
        esac
        echo "told: $(tr -s '\n' ' ' <"$HOME/.cli/$0.log")"
      - "{session_id}"
EOF
machines=$MURMUR_STATE_DIR/plugins/local/machines
origin=$WORLD/origins/web.git
hook=$origin/hooks/pre-receive
is_unpushed() { [[ $(murmur snapshot ls "$1") == *"$origin"* ]]; }
# works_in SLUG: the checkout of its machine.
works_in() {
    local machine
    machine=$(murmur status --json "$1" | sed -n 's/.*"machine": "\([^ ]*\) .*/\1/p')
    printf '%s\n' "$machines/$machine/workspace/web"
}
session_says() { [[ $(murmur session watch --until-idle "$1") == *"$2"* ]]; }

murmur spawn one "hello" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
branch=$(git -C "$(works_in one)" rev-parse --abbrev-ref HEAD)
printf '#!/bin/sh\necho "pushes are refused"\nexit 1\n' >"$hook"
chmod +x "$hook"
id=$(murmur task create one "look again")
murmur task update one "$id" -s completed >/dev/null
murmur queue add one "work" >/dev/null
wait_until is_unpushed one
assert_eq "" "$(origin_log web "$branch" | grep -x unpushed || true)" "commits that the origin has"
first=$(murmur snapshot ls -q one | head -n 1)

# In the middle of a turn, with a message waiting: the kill saves all that first.
murmur queue add one "hold" >/dev/null
is_waiting() { [[ $(murmur status one) == *waiting* ]]; }
wait_until is_waiting
echo 3 >>"$(works_in one)/open"
murmur queue add one "later" >/dev/null
murmur kill one >/dev/null
wait_phase one PHASE_KILLED
has_no_machine() { [[ -z $(ls "$machines") ]]; }
wait_until has_no_machine

rm "$hook"
murmur spawn --resurrect one "go on" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
session_says one "told: hello work hold later go on" || fail "$(murmur session watch --until-idle one)"
assert_eq "$(printf '2\n3')" "$(cat "$(works_in one)/open")" "the uncommitted file"
assert_eq "?? open" "$(git -C "$(works_in one)" status --porcelain)"
assert_contains "$(origin_log web "$branch")" unpushed
assert_contains "$(murmur task ls one)" "look again"

# A fork, at the moment at which the turn has ended, has the work and the conversation, and nothing that it does touches the other.
murmur spawn --fork-from one two "fork" >/dev/null
wait_phase two PHASE_TASK_COMPLETE
session_says two "go on fork" || fail "$(murmur session watch --until-idle two)"
assert_eq "?? open" "$(git -C "$(works_in two)" status --porcelain)"
echo mine >"$(works_in two)/open"
assert_eq "$(printf '2\n3')" "$(cat "$(works_in one)/open")" "the source's file"
murmur queue add one "alone" >/dev/null
wait_until session_says one "go on alone"

# Begun anew it knows nothing, and what was saved is still there.
murmur kill one >/dev/null
wait_phase one PHASE_KILLED
kept=$(murmur snapshot ls -q one | head -n 1)
murmur spawn --force-new one "fresh" >/dev/null
wait_phase one PHASE_TASK_COMPLETE
session_says one "told: fresh" || fail "$(murmur session watch --until-idle one)"
assert_eq "" "$(git -C "$(works_in one)" status --porcelain)"
assert_contains "$(murmur snapshot ls -q one)" "$kept"
[[ $kept != "$first" ]] || fail "the first snapshot was the last"

# The way out: files, and bundles that git fetches.
murmur snapshot export one "$WORLD/out" --id "$kept" >"$WORLD/told"
assert_contains "$(cat "$WORLD"/out/session/.cli/*.log)" "alone"
git clone -q "$origin" "$WORLD/clone"
(cd "$WORLD/clone" && sh -c "$(grep -F 'git fetch' "$WORLD/told")" 2>/dev/null)
assert_eq "$(printf '2\n3')" "$(git -C "$WORLD/clone" show saved/one-uncommitted:open)" "the exported file"
assert_fails murmur snapshot export one "$WORLD/out"
assert_contains "$OUTPUT" "is not empty"
assert_fails murmur snapshot export one --id 0000
assert_contains "$OUTPUT" "murmur snapshot ls one"
