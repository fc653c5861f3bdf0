#!/usr/bin/env bash
# The base of agents' branches moves on the origin while they live: one merges, one rebases, one stays where it is, one
# does different things in different repositories, and one whose work conflicts is told which files.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

for repo in acme/api acme/lib other/api; do make_repo "$repo"; done
cd acme/api
use_command_backend 'prompt=$(cat)
echo "asked: $prompt"
case $prompt in nudge) exit 0 ;; esac
for file in $prompt; do echo "by $MURMUR_SLUG" >"$file"; git add "$file"; done
git commit -qm "Work of $MURMUR_SLUG"'
printf 'base_check_interval: 0ms\n' >"$WORLD/murmurd.yaml"
start_daemon --config "$WORLD/murmurd.yaml"
api=$WORLD/origins/acme/api.git
branch() { printf 'murmur/w/api/u/%s/%s' "$(id -un)" "$1"; }
has_base() { git -C "$1" merge-base --is-ancestor main "$(branch "$2")"; }

murmur spawn still "still.txt" >/dev/null
murmur spawn merging "merging.txt" >/dev/null
murmur spawn rebasing "rebasing.txt" >/dev/null
murmur spawn clash "README.md" >/dev/null
murmur spawn several "several.txt" --repo "$api" --repo "$WORLD/origins/acme/lib.git" --repo "$WORLD/origins/other/api.git" >/dev/null
for slug in still merging rebasing clash several; do wait_phase "$slug" PHASE_TASK_COMPLETE; done

assert_eq "conflict resolution of acme/api set to none for still" \
    "$(murmur queue conflict-resolution still acme/api none)"
murmur queue conflict-resolution rebasing "$api" rebase >/dev/null
murmur queue conflict-resolution clash api.git rebase >/dev/null
# By the end of its URL, as far as that is one repository's alone; the others stay as they were.
assert_fails murmur queue conflict-resolution several api none
assert_contains "$OUTPUT" 'repository "api" could be several'
assert_fails murmur queue conflict-resolution several pi none
assert_contains "$OUTPUT" 'code = NotFound'
assert_contains "$OUTPUT" "It works on $api, "
murmur queue conflict-resolution several lib none >/dev/null
assert_fails murmur queue conflict-resolution nobody acme/api none
assert_contains "$OUTPUT" 'agent "nobody" not found'

for repo in acme/api acme/lib other/api; do
    cd "$WORLD/work/$repo"
    echo "more" >>README.md
    echo "base" >base.txt
    git add README.md base.txt
    git commit -qm "The base moves"
    git push -q origin HEAD:main
done
cd "$WORLD/work/acme/api"

told_of_base() { murmur watch --no-follow "$1" | grep -F "main moved to"; }
# Bases are looked at before a turn begins, for as long as the origin has to answer: who was not told is nudged again.
has_looked() {
    (($(told_of_base "$1" | wc -l) >= $2)) && return
    murmur queue add "$1" "nudge" >/dev/null
    murmur session watch --until-idle "$1" >/dev/null
    (($(told_of_base "$1" | wc -l) >= $2))
}
# The one that is to stand still looks as well; that it did only its turns tell.
murmur queue add still "nudge" >/dev/null
wait_until has_looked several 2
for slug in merging rebasing clash; do wait_until has_looked "$slug" 1; done
nudged() { [[ $(murmur session watch --until-idle "$1") == *"asked: nudge"* ]]; }
wait_until nudged still

pushed() { has_base "$api" "$1"; }
wait_until pushed merging
assert_eq "Work of merging" "$(origin_log acme/api "main..$(branch merging)^1" | head -n 1)"
assert_eq 1 "$(git -C "$api" rev-list --merges --count "main..$(branch merging)")" "merge commits"
assert_contains "$(told_of_base merging)" ": merged"
assert_eq base "$(git -C "$api" show "$(branch merging):base.txt")"

wait_until pushed rebasing
assert_eq "Work of rebasing" "$(origin_log acme/api "main..$(branch rebasing)")" "commits on top of the base"
assert_contains "$(told_of_base rebasing)" ": rebased"

if told_of_base still || has_base "$api" still; then fail "the one that was told to stand still has moved"; fi

wait_until pushed several
for repo in acme/lib other/api; do
    git -C "$WORLD/origins/$repo.git" rev-parse -q --verify "refs/heads/$(branch several)" >/dev/null ||
        fail "$repo has no branch of several"
done
follows_elsewhere() { has_base "$WORLD/origins/other/api.git" several; }
wait_until follows_elsewhere
if has_base "$WORLD/origins/acme/lib.git" several; then fail "the repository that was told to stand still has moved"; fi
assert_eq 2 "$(told_of_base several | wc -l)" "repositories that followed their base"

# Nothing was changed by the one that conflicts; it is told what to do about it.
assert_contains "$(told_of_base clash)" ": conflict"
was_told() { [[ $(murmur session watch --until-idle clash) == *"your work conflicts with it"* ]]; }
wait_until was_told
said=$(murmur session watch --until-idle clash)
assert_contains "$said" "- README.md"
assert_contains "$said" "git rebase origin/main"
if has_base "$api" clash; then fail "the base was brought in over a conflict"; fi
assert_eq "by clash" "$(git -C "$api" show "$(branch clash):README.md")"
