#!/bin/sh
# Puts cosign (2.5) into $1 where this machine has none: from Debian's trixie, fetched as tools/debian.sh does.
set -eu
out=$1

if [ -x "$out/cosign" ] || command -v cosign >/dev/null; then exit 0; fi

fail() {
  echo "cosign.sh: $1" >&2
  echo "  cure: install cosign (Debian 13 has it)" >&2
  exit 1
}

. "$(dirname "$0")/debian.sh"

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
(cd "$work" && other_release deb trixie download cosign && dpkg-deb -x cosign_*.deb unpacked)
mkdir -p "$out"
cp "$work/unpacked/usr/bin/cosign" "$out/cosign.part" && mv "$out/cosign.part" "$out/cosign"
