#!/bin/sh
# Puts the QuickJS source into directory $1: from QUICKJS_SRC where that is set, else Debian's source package, fetched
# as tools/debian.sh does.
set -eu
out=$1
archive=quickjs_2025.04.26.orig.tar.xz
sha256=ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe

fail() {
  echo "quickjs.sh: $1" >&2
  echo "  cure: unpack $archive (sha256 $sha256) anywhere and set QUICKJS_SRC to its directory" >&2
  exit 1
}

if [ -n "${QUICKJS_SRC:-}" ]; then
  [ -f "$QUICKJS_SRC/quickjs.c" ] || fail "QUICKJS_SRC=$QUICKJS_SRC holds no quickjs.c"
  mkdir -p "$out" && cp -R "$QUICKJS_SRC/." "$out"
  exit
fi
tools=$(dirname "$0")/../../../tools
"$tools/need.sh" xz:xz-utils
. "$tools/debian.sh"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
(cd "$work" && other_release deb-src trixie source --download-only quickjs)
echo "$sha256  $work/$archive" | sha256sum --check --quiet || fail "the downloaded source is not the pinned one"
mkdir -p "$out" && tar -xJf "$work/$archive" -C "$out" --strip-components=1
