#!/bin/sh
# Puts the QuickJS source into directory $1: from QUICKJS_SRC where that is set, else Debian's source package, fetched
# from the mirror this machine already uses, through a private sources list, so that nothing else of apt's is touched.
set -eu
out=$1
release=trixie
archive=quickjs_2025.04.26.orig.tar.xz
sha256=ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe

fail() {
  echo "quickjs.sh: $1" >&2
  echo "  cure: unpack $archive (sha256 $sha256) anywhere and set QUICKJS_SRC to its directory" >&2
  exit 1
}

fetch() {
  command -v apt-get >/dev/null || fail "no apt-get here to fetch the QuickJS source with"
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  [ -n "$uri" ] || fail "apt knows no mirror: run 'apt-get update' first"
  echo "deb-src [trusted=yes] $uri $release main" >sources.list
  mkdir -p lists/partial cache/archives/partial
  set -- -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root
  apt-get "$@" update || fail "apt cannot read $release's sources"
  apt-get "$@" source --download-only quickjs || fail "apt cannot download the QuickJS source"
}

if [ -n "${QUICKJS_SRC:-}" ]; then
  [ -f "$QUICKJS_SRC/quickjs.c" ] || fail "QUICKJS_SRC=$QUICKJS_SRC holds no quickjs.c"
  mkdir -p "$out" && cp -R "$QUICKJS_SRC/." "$out"
  exit
fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
(cd "$work" && fetch)
echo "$sha256  $work/$archive" | sha256sum --check --quiet || fail "the downloaded source is not the pinned one"
mkdir -p "$out" && tar -xJf "$work/$archive" -C "$out" --strip-components=1
