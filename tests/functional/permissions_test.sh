#!/usr/bin/env bash
# Who may do what: members, an admin and a service profile with tokens, the operator without one, two tenants that see
# nothing of each other, and an agent that is itself and nobody else.
source "$(dirname "${BASH_SOURCE[0]}")/../support/functional.sh"

hash_of() { printf '%s' "$1" | sha256sum | cut -d' ' -f1; }
cat >"$WORLD/murmurd.yaml" <<CONFIG
listen: 127.0.0.1:0
default_backend: command
tokens:
  - {account: ada, sha256: $(hash_of ada-secret), tenant: github_app/acme, admin: true}
  - {account: bob, sha256: $(hash_of bob-secret), tenant: github_app/acme}
  - {account: cem, sha256: $(hash_of cem-secret), tenant: github_app/acme}
  - {account: eve, sha256: $(hash_of eve-secret), tenant: github_app/other, admin: true}
  - {service_profile: ci-bot, sha256: $(hash_of bot-secret), tenant: github_app/acme}
CONFIG
start_daemon --config "$WORLD/murmurd.yaml"
server=http://$(grep -o 'tcp=[0-9.:]*' "$DAEMON_LOG" | head -n 1 | cut -d= -f2)

# as TOKEN COMMAND...: over TCP. operator TENANT COMMAND...: over the socket.
as() { MURMUR_SERVER=$server MURMUR_TOKEN=$1 murmur "${@:2}"; }
operator() { murmur "${@:2}" --tenant "$1"; }
# refused TEXT COMMAND...: the command must fail with permission_denied and say TEXT.
refused() {
    assert_fails "${@:2}"
    assert_contains "$OUTPUT" "code = PermissionDenied"
    assert_contains "$OUTPUT" "$1"
}

make_repo app
cd app
use_command_backend 'cat >/dev/null
test "$MURMUR_SLUG" = ada-works || exit 0
test ! -e "$MURMUR_USER_HOME/tokens" || exit 0    # the turn in which it hears of its child
murmur status >"$MURMUR_USER_HOME/own-status" 2>&1
murmur tenant whoami >"$MURMUR_USER_HOME/own-whoami" 2>&1
murmur queue strategy self-strategy one >"$MURMUR_USER_HOME/foreign" 2>&1
murmur get secret >"$MURMUR_USER_HOME/secrets" 2>&1
murmur ls -a -A >"$MURMUR_USER_HOME/list" 2>&1
murmur kill /w/app/s/build-bot/built >"$MURMUR_USER_HOME/profile" 2>&1
murmur spawn helper "Help" >"$MURMUR_USER_HOME/spawned" 2>&1
murmur spawn other "Help" --workspace elsewhere >"$MURMUR_USER_HOME/spawned-elsewhere" 2>&1
env | grep -c "^MURMUR_TOKEN=" >"$MURMUR_USER_HOME/tokens"
true'
git add .murmur
git commit -qm "how agents work here"
git push -q

# Who one is.
assert_contains "$(as ada-secret tenant whoami)" "user:ada"
assert_contains "$(as bot-secret tenant whoami)" "service-profile:ci-bot"
assert_contains "$(operator github_app/acme tenant whoami)" "github_app/acme"
assert_fails as wrong-secret tenant whoami
assert_contains "$OUTPUT" "code = Unauthenticated"
assert_fails env MURMUR_SERVER="$server" murmur ls
assert_contains "$OUTPUT" "code = Unauthenticated"

# A tenant that is not one's own.
refused 'does not belong to tenant "github_app/other", but to "github_app/acme"' as ada-secret ls --tenant github_app/other
refused 'does not belong to tenant "github_app/acme", but to "github_app/other"' as eve-secret ls --tenant github_app/acme
refused 'does not belong to tenant' as bob-secret get role --tenant "local/$(id -un)"
assert_fails as bob-secret ls --tenant acme
assert_contains "$OUTPUT" "must be github_app/<org>"

# What a member may, and why.
checked=$(as bob-secret check-permissions agent.create workspace.read agent.kill || true)
assert_contains "$checked" "tenant-binding:murmur-all-members-tenant-member"
assert_contains "$checked" "only bob/*"
assert_fails as bob-secret check-permissions secret.list
assert_contains "$OUTPUT" "denied: no matching grant"
assert_contains "$(operator github_app/acme check-permissions secret.delete)" "root"
assert_contains "$(as ada-secret check-permissions secret.delete)" "murmur-org-admins"
assert_fails as bob-secret check-permissions 'agent.*'
assert_contains "$OUTPUT" 'invalid permission "agent.*": must be "{kind}.{verb}"'
refused "user:bob may not" as bob-secret get role murmur-tenant-admin
refused "user:bob may not" as bob-secret rm role murmur-tenant-admin
printf 'permissions: ["*"]\nname: mine\n' >"$WORLD/mine.yaml"
refused "user:bob may not role.create" as bob-secret set role mine <"$WORLD/mine.yaml"

# A role from the examples, bound by an admin, gives exactly what it says.
as ada-secret set role workspace-admin <"$MURMUR_SOURCE/examples/roles/workspace-admin.yaml"
refused "user:bob may not flight.delete" as bob-secret rm flight nothing
printf 'name: bob-workspaces\ngrant: {users: [bob], role: workspace-admin}\n' |
    as ada-secret set tenant-binding bob-workspaces
assert_contains "$(as bob-secret check-permissions flight.delete)" "tenant-binding:bob-workspaces"
assert_fails as bob-secret rm flight nothing
assert_contains "$OUTPUT" "code = NotFound"
refused "denied: no matching grant" as bob-secret get secret
as ada-secret rm tenant-binding bob-workspaces
refused "user:bob may not flight.delete" as bob-secret rm flight nothing

# A service profile may nothing until something is granted to it by name.
refused "service-profile:ci-bot may not" as bot-secret get workspace
printf 'name: bots\ngrant: {users: ["service-profile:ci-bot"], inline: {permissions: [workspace.list, workspace.read]}}\n' |
    as ada-secret set tenant-binding bots
as bot-secret get workspace >/dev/null
refused "service-profile:ci-bot may not" as bot-secret rm tenant-binding bots

# Agents: everybody's are seen, one's own are changed, and those of another tenant do not exist.
operator github_app/acme spawn ada-works "Work" >/dev/null
as ada-secret spawn of-ada "Work" >/dev/null
as bob-secret spawn of-bob "Work" >/dev/null
assert_contains "$(as bob-secret status /w/app/u/ada/of-ada)" "of-ada"
refused 'user:bob may not agent.kill on agent "ada/of-ada": denied: no matching grant' as bob-secret kill /w/app/u/ada/of-ada
refused 'user:bob may not agent.edit' as bob-secret queue add /w/app/u/ada/of-ada "Do something else"
as bob-secret queue add of-bob "More" >/dev/null
refused "service-profile:ci-bot may not" as bot-secret status /w/app/u/bob/of-bob
assert_eq "" "$(as eve-secret ls -a -A -q)" "agents that another tenant sees"
assert_fails as eve-secret status /w/app/u/ada/of-ada
assert_contains "$OUTPUT" "code = NotFound"
assert_lacks "$OUTPUT" "Did you mean"
assert_fails as eve-secret kill /w/app/u/ada/of-ada
assert_contains "$OUTPUT" "code = NotFound"
assert_fails as eve-secret watch /w/app/u/ada/of-ada
assert_contains "$OUTPUT" "code = NotFound"
assert_fails as bot-secret session watch /w/app/u/ada/of-ada
assert_contains "$OUTPUT" "code = PermissionDenied"
assert_lacks "$(as eve-secret get role)" "workspace-admin"
assert_lacks "$(as eve-secret get workspace)" "app"
assert_contains "$(as ada-secret kill /w/app/u/bob/of-bob 2>&1)" "killed"

# Inside an agent: its own token, which is that agent and nobody else.
spawned() { operator github_app/acme status "$1" | grep -q PHASE_TASK_COMPLETE; }
wait_until spawned ada-works
assert_contains "$(cat "$HOME/own-whoami")" "agent:ada-works"
assert_contains "$(cat "$HOME/own-status")" "/ada-works"   # whatever its phase: the turn may be quicker than its report
assert_contains "$(cat "$HOME/foreign")" "NotFound"
assert_contains "$(cat "$HOME/secrets")" "PermissionDenied"
assert_contains "$(cat "$HOME/secrets")" "agent:ada-works may not secret."
assert_contains "$(cat "$HOME/list")" "ada-works"
assert_lacks "$(cat "$HOME/list")" "of-ada"
assert_contains "$(cat "$HOME/spawned")" "Spawned: ada-works/helper"
assert_contains "$(operator github_app/acme status ada-works/helper)" "ada-works/helper"
assert_contains "$(cat "$HOME/spawned-elsewhere")" "PermissionDenied"
assert_contains "$(cat "$HOME/profile")" "agent:ada-works may not agent.kill"
assert_eq 1 "$(cat "$HOME/tokens")" "tokens in the agent's environment"

# Whoever may assume a service profile may do with its agents what they may with their own, and with no others: not what
# the profile may, not with those of another profile, and not once that right is taken away.
for name in build-bot other-bot; do
    printf 'name: %s\ndescription: Builds\n' "$name" | as ada-secret set service-profile "$name"
done
grant_assume() {
    printf 'name: %s\ngrant: {users: [%s], inline: {permissions: [service-profile.assume]}, name_pattern: "%s"}\n' "$@" |
        as ada-secret set tenant-binding "$1"
}
grant_assume bob-assumes bob build-bot
as bob-secret spawn built "Work" --service-profile build-bot >/dev/null
as ada-secret spawn foreign "Work" --service-profile other-bot >/dev/null
built=/w/app/s/build-bot/built foreign=/w/app/s/other-bot/foreign
assert_contains "$(as bob-secret status --service build-bot/built)" "identity:"
as bob-secret queue add "$built" "More" >/dev/null
refused 'user:bob may not service-profile.assume on service-profile "other-bot"' as bob-secret spawn mine "x" --service-profile other-bot
refused "user:bob may not agent.edit" as bob-secret queue add "$foreign" "More"
refused "user:bob may not agent.kill" as bob-secret kill "$foreign"
refused "user:cem may not agent.edit" as cem-secret queue add "$built" "More"
refused "user:cem may not agent.kill" as cem-secret kill "$built"
refused "service-profile:ci-bot may not" as bot-secret status "$built"
# The profile may read secrets' names; who assumes it may not, nor anything else that is not about its agents.
printf 'name: builds\ngrant: {users: ["service-profile:build-bot"], inline: {permissions: [secret.list, secret.read, flight.delete]}}\n' |
    as ada-secret set tenant-binding builds
refused "user:bob may not secret." as bob-secret get secret
refused "user:bob may not flight.delete" as bob-secret rm flight nothing
refused "user:bob may not service-profile." as bob-secret get service-profile build-bot
# Nor do the agents of somebody who may: they are not their owner.
refused "user:bob may not agent.kill" as bob-secret kill /w/app/u/ada/of-ada
as ada-secret rm tenant-binding bob-assumes
refused "user:bob may not agent.edit" as bob-secret queue add "$built" "More"
refused "user:bob may not agent.kill" as bob-secret kill "$built"
# One who may only assume, and is no member of anything, may not even read: there is nothing of its own to compare with.
grant_assume bot-assumes "'service-profile:ci-bot'" build-bot
refused "service-profile:ci-bot may not agent.read" as bot-secret status "$built"
refused "service-profile:ci-bot may not agent.create" as bot-secret spawn more "x" --service-profile build-bot

# Who did what stands in the log.
assert_contains "$(grep 'msg=SetResource' "$DAEMON_LOG")" "caller=user:ada tenant=github_app/acme"
assert_contains "$(grep 'msg=KillAgent' "$DAEMON_LOG")" "permission_denied"
