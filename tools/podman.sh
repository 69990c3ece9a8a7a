#!/bin/sh
# Runs a command with a podman of its own: everything of it in one directory, and limits that any machine grants.
#   podman.sh DIRECTORY COMMAND…
set -eu
mkdir -p "$1"
directory=$(cd "$1" && pwd)
shift

# Exit codes are lost to whoever resets a podman that shares their directory.
cat >"$directory/containers.conf" <<CONF
[containers]
default_ulimits=["nofile=20000:20000","nproc=20000:20000"]
pids_limit=0
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
tmp_dir="$directory/tmp"
CONF
export CONTAINERS_CONF="$directory/containers.conf" CONTAINERS_STORAGE_CONF="$directory/storage.conf"

# Copies of whole images, where the kernel cannot lay one directory over another.
for driver in overlay vfs; do
  cat >"$directory/storage.conf" <<CONF
[storage]
driver="$driver"
graphroot="$directory/root"
runroot="$directory/run"
CONF
  if podman info >/dev/null 2>&1; then break; fi
done
exec "$@"
