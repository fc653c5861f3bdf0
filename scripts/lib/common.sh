# shellcheck shell=bash
# What every script here needs: strict mode, the root of the checkout, and an environment that also works when the
# caller's is empty (env -i, cron, a container's first shell).
set -euo pipefail

murmur_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # for the scripts that source this file
readonly murmur_root

export PATH="${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL="${LC_ALL:-C.UTF-8}"
if [[ -z ${HOME:-} ]]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME
fi

# die MESSAGE [HINT]: ends the script with the reason and the remedy.
die() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    [[ -z ${2:-} ]] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

# usage_of FILE: the comment at the top of a script is its help text.
usage_of() {
    awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"
}
