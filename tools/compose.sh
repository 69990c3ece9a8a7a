#!/bin/sh
# Puts docker's compose plugin (version 2) into $1/cli-plugins where docker has none: from Debian's trixie, fetched
# as tools/debian.sh does.
set -eu
out=$1

plugin=$out/cli-plugins/docker-compose
if [ -x "$plugin" ] || docker compose version >/dev/null 2>&1; then exit 0; fi

fail() {
  echo "compose.sh: $1" >&2
  echo "  cure: install docker's compose plugin (docker-compose-plugin, or docker-compose of Debian 13)" >&2
  exit 1
}

. "$(dirname "$0")/debian.sh"

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
(cd "$work" && other_release deb trixie download docker-compose && dpkg-deb -x docker-compose_*.deb unpacked)
mkdir -p "$out/cli-plugins"
cp "$work/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$plugin"
