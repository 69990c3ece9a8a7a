#!/bin/sh
# Makes sure that what compiles the entrypoint for architecture $1 (Go's name) is there: installs Debian's packages where
# it may, and otherwise says which command does.
set -eu
arch=$1
host=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')

case $arch-$host in
"$host-$host") packages="gcc libc6-dev musl-tools libssl-dev" ;;
arm64-*) packages="gcc-aarch64-linux-gnu musl-dev:arm64 libssl-dev:arm64 qemu-user-static" ;;
amd64-*) packages="gcc-x86-64-linux-gnu musl-dev:amd64 libssl-dev:amd64 qemu-user-static" ;;
*) echo "tools.sh: no native build for architecture $arch; 'make dist/entrypoint.mjs' runs on Node.js" >&2 && exit 1 ;;
esac

missing=
for package in $packages; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
[ "$arch" = "$host" ] || install="dpkg --add-architecture $arch && apt-get update && $install"
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "tools.sh: missing for linux/$arch:$missing (Debian's names)" >&2
  echo "  cure: sudo sh -c '$install'" >&2
  exit 1
fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
[ "$arch" = "$host" ] || dpkg --add-architecture "$arch"
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq install -y --no-install-recommends $missing >/dev/null
