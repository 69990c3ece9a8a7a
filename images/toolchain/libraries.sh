#!/bin/sh
# Puts what Node links to, for architecture $1 (Go's name), into directory $2, as it is to lie in an image: Debian's
# libraries, their copyright files and, for scanners, what they are (status.d, as distroless images have it).
set -eu
arch=$1 out=$2

case $arch in
amd64) triple=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2 ;;
arm64) triple=aarch64-linux-gnu loader=lib/ld-linux-aarch64.so.1 ;;
*) echo "libraries.sh: no libraries are known for architecture $arch" >&2 && exit 1 ;;
esac

fail() {
  echo "libraries.sh: $1" >&2
  echo "  cure: make images on Debian, with root's rights or after 'dpkg --add-architecture $arch && apt-get update'" >&2
  exit 1
}

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/lib/$triple" "$root/$(dirname "$loader")" "$root/var/lib/dpkg/status.d" "$work/all"

# $1 is a package; unpacked into $work/all, with those that hold its documentation.
unpack() {
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1:$arch") || fail "apt cannot fetch $1:$arch"
  dpkg-deb -x "$work/$1"_*.deb "$work/all"
}

# $1 is a package, the others what is taken of it.
take() {
  package=$1
  shift
  unpack "$package"
  dpkg-deb -f "$work/$package"_*.deb >"$root/var/lib/dpkg/status.d/$package"
  for library in "$@"; do
    found=$(find "$work/all" -path "*/$triple/$library" | head -n 1)
    [ -n "$found" ] || fail "$package holds no $library"
    cp -L "$found" "$root/lib/$triple/$library"
  done
  documentation=$(readlink "$work/all/usr/share/doc/$package" || echo "$package")
  [ -d "$work/all/usr/share/doc/$documentation" ] || unpack "$documentation"
  mkdir -p "$root/usr/share/doc/$package"
  cp "$work/all/usr/share/doc/$documentation/copyright" "$root/usr/share/doc/$package/copyright"
}

take libc6 "$(basename "$loader")" libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0
take libgcc-s1 libgcc_s.so.1
take libstdc++6 libstdc++.so.6
# Where executables ask for it.
[ -e "$root/$loader" ] || ln -s "/lib/$triple/$(basename "$loader")" "$root/$loader"
# Whole or not at all: make takes a folder that is there for done.
rm -rf "$out" && mkdir -p "$(dirname "$out")" && mv "$root" "$out"
