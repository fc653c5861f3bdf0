# shellcheck shell=bash
# Sourced after functional.sh by tests that fill a disk: small disks in memory, which go with the world.
[[ $(id -u) == 0 ]] || skip "only root can mount a small disk"

_small_disks=()

# mount_small DIRECTORY SIZE: the directory, made if it is missing, is on a disk of its own from now on.
mount_small() {
    mkdir -p "$1"
    mount -t tmpfs -o "size=$2,mode=700" tmpfs "$1" 2>/dev/null || skip "no mounts here"
    _small_disks=("$1" "${_small_disks[@]}")
}

_end_small_disks() {
    local status=$? disk
    set +e
    # Lazily: what still runs there is ended with the world.
    for disk in "${_small_disks[@]}"; do umount -l "$disk" 2>/dev/null; done
    (exit "$status")
    _end_world
}
trap _end_small_disks EXIT
