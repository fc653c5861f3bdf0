#!/usr/bin/env bash
# What a service profile says which secret is for what: an agent that runs as the profile has the credentials in its
# environment, under the names that programs know, and they are nowhere else.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

random_word() { head -c 18 /dev/urandom | base64 -w0 | tr '+/' 'xy'; }
github=canary-$(random_word)
claude=canary-$(random_word)
signing=canary-$(random_word)
for value in "$github" "$claude" "$signing"; do
    printf '%s\n' "$value"
    printf '%s' "$value" | od -An -v -tx1 | tr -d ' \n'
    printf '\n'
    # Of any base64 text with it, behind whatever number of bytes.
    for before in '' a ab; do printf '%s%s' "$before" "$value" | base64 -w0 | cut -c5-28; done
done >"$WORLD/forms"
assert_eq "15 15" "$(wc -l <"$WORLD/forms") $(grep -c . "$WORLD/forms")" "forms"

# found_on_disk: the files of the world, but for the forms themselves, in which one of them is.
found_on_disk() {
    { grep -rlaF -f "$WORLD/forms" "$MURMUR_STATE_DIR" "$MURMUR_RUNTIME_DIR" "$HOME" "$WORLD/work" "$DAEMON_LOG" || true; }
}
expect_clean() {
    local found
    found=$(found_on_disk)
    [[ -z $found ]] || fail "$1: a credential is in: $found"
}

make_repo web
cd web
# shellcheck disable=SC2016
use_command_backend 'for name in GH_TOKEN CLAUDE_CODE_OAUTH_TOKEN MURMUR_SECRET_SIGNING_KEY ANTHROPIC_API_KEY; do
    eval "value=\$$name"
    echo "digest $name $(printf "%s" "$value" | sha256sum | cut -c1-64) $value"
    printf "%s" "$value" | base64
done
echo work > work.txt'
digest_of() { printf '%s' "$1" | sha256sum | cut -c1-64; }

start_daemon
printf '%s' "$github" | murmur secret set BOT_GITHUB
printf '%s' "$claude" | murmur secret set BOT_CLAUDE
printf '%s' "$signing" | murmur secret set SERVICE_SIGNING_KEY
printf 'not beside a token' | murmur secret set ANTHROPIC_API_KEY
murmur set service-profile bot <<'PROFILE'
name: bot
github_token_secret: BOT_GITHUB
claude_oauth_token_secret: BOT_CLAUDE
PROFILE

printf '%s' "$github" >"$MURMUR_STATE_DIR/planted"
assert_eq "$MURMUR_STATE_DIR/planted" "$(found_on_disk)" "the search"
rm "$MURMUR_STATE_DIR/planted"

murmur spawn --service-profile bot --on-idle keep-alive one "show" >/dev/null
service=/w/web/s/bot/one
timeout "$wait_limit_s" murmur wait --phase PHASE_TASK_COMPLETE "$service" >/dev/null || fail "$(murmur status "$service")"
said=$(murmur session watch --until-idle "$service")
assert_contains "$said" "digest GH_TOKEN $(digest_of "$github") [redacted]"
assert_contains "$said" "digest CLAUDE_CODE_OAUTH_TOKEN $(digest_of "$claude") [redacted]"
assert_contains "$said" "digest MURMUR_SECRET_SIGNING_KEY $(digest_of "$signing") [redacted]"
assert_contains "$said" "digest ANTHROPIC_API_KEY $(digest_of "")"
[[ -z $(printf '%s' "$said" | grep -aF -f "$WORLD/forms" || true) ]] || fail "a credential is in what the session said"
expect_clean "while it runs"

# One of nobody's profile has none of them.
murmur spawn two "show" >/dev/null
wait_phase two PHASE_TASK_COMPLETE
assert_contains "$(murmur session watch --until-idle two)" "digest GH_TOKEN $(digest_of "")"

murmur kill --service bot/one >/dev/null
timeout "$wait_limit_s" murmur wait --phase PHASE_KILLED "$service" >/dev/null || fail "$(murmur status "$service")"
kill_daemon
expect_clean "after the end, and kill -9 of murmurd"
