#!/bin/sh
# Puts docker's compose plugin (version 2) into $1/cli-plugins where docker has none: from Debian's trixie, fetched
# from the mirror this machine already uses, through a private sources list, so that nothing else of apt's is touched.
set -eu
out=$1
release=trixie

plugin=$out/cli-plugins/docker-compose
if [ -x "$plugin" ] || docker compose version >/dev/null 2>&1; then exit 0; fi

fail() {
  echo "compose.sh: $1" >&2
  echo "  cure: install docker's compose plugin (docker-compose-plugin, or docker-compose of Debian 13)" >&2
  exit 1
}

fetch() {
  command -v apt-get >/dev/null || fail "no apt-get here to fetch the compose plugin with"
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  [ -n "$uri" ] || fail "apt knows no mirror: run 'apt-get update' first"
  echo "deb [trusted=yes] $uri $release main" >sources.list
  mkdir -p lists/partial cache/archives/partial
  set -- -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root
  apt-get "$@" update || fail "apt cannot read $release's packages"
  apt-get "$@" download docker-compose || fail "apt cannot download docker-compose"
}

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
(cd "$work" && fetch && dpkg-deb -x docker-compose_*.deb unpacked)
mkdir -p "$out/cli-plugins"
cp "$work/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$plugin"
