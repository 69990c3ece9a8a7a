#!/bin/sh
# Makes the images of the steps from this machine's own Debian packages, so that nothing is pulled: each holds one tool,
# the libraries that it is linked with, and busybox for a shell. `podman load`, `docker load` and skopeo read them.
#   make-images.sh DIRECTORY
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

main() {
  image git with_libraries /usr/bin/git /usr/share/git-core/templates
  image gcc compiler
  image buildah buildah
  image skopeo with_libraries /usr/bin/skopeo /etc/containers
}

# image NAME COMMAND…: an archive of the files that the command lists, made once.
image() {
  name=$1
  [ ! -e "$out/$name.tar" ] || return 0
  shift
  tree=$work/$name
  mkdir "$tree"
  { find_roots && with_libraries /bin/busybox && "$@"; } | sort -u >"$work/files"
  tar -C / -cf - --no-recursion --files-from "$work/files" | tar -C "$tree" -xf -
  complete
  pack
}

# What no package brings: a root user, directories for what is temporary, and busybox under its many names.
complete() {
  mkdir -p "$tree/etc" "$tree/var" "$tree/root"
  mkdir -m 1777 "$tree/tmp" "$tree/var/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
  echo 'root:x:0:' >"$tree/etc/group"
  for applet in $(busybox --list); do [ -e "$tree/usr/bin/$applet" ] || ln -s busybox "$tree/usr/bin/$applet"; done
}

# The format of `docker save`: one layer, and what is to be known of it.
pack() {
  tar -C "$tree" -cf "$work/layer.tar" --owner=0 --group=0 --sort=name --mtime=@0 .
  layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
  cat >"$work/config.json" <<CONFIG
{"os": "linux", "architecture": "$(dpkg --print-architecture)", "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]},
 "config": {"Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}}
CONFIG
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"localhost/example/$name:latest\"], \"Layers\": [\"layer.tar\"]}]" \
    >"$work/manifest.json"
  tar -C "$work" -cf "$out/$name.part" manifest.json config.json layer.tar
  mv "$out/$name.part" "$out/$name.tar"
}

# /bin, /lib and their like, which Debian links into /usr.
find_roots() {
  find / -maxdepth 1 -type l \( -name 'bin' -o -name 'sbin' -o -name 'lib*' \) | sed 's,^/,,'
}

# GCC for C without the other languages, binutils, make, and a small C library for static programs.
compiler() {
  with_libraries /usr/bin/gcc "/usr/bin/$(gcc -dumpmachine)-gcc" /usr/bin/make /usr/bin/as /usr/bin/ld \
    "$(gcc -print-prog-name=cc1)" "$(gcc -print-prog-name=collect2)" "$(gcc -print-file-name=liblto_plugin.so)"
  find "$(dirname "$(gcc -print-libgcc-file-name)")" \( -name '*.o' -o -name 'libgcc*.a' -o -path '*/include/*' \) -printf '%P\n' |
    sed "s,^,$(dirname "$(gcc -print-libgcc-file-name)" | cut -c 2-)/,"
  package "musl-dev:$(dpkg --print-architecture)"
  package musl-tools
}

buildah() {
  with_libraries /usr/bin/buildah /etc/containers
  package golang-github-containers-common
}

package() {
  dpkg -L "$1" | while read -r file; do [ -d "$file" ] || with_links "$file"; done
}

# Files, whole directories, and for programs the libraries they load.
with_libraries() {
  for path in "$@"; do
    find "$path" -follow -type f | while read -r file; do
      with_links "$file"
      ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do with_links "$library"; done
    done
  done
}

# A file under its own name, without directories that are links, and what it links to.
with_links() {
  directory=$(realpath "$(dirname "$1")")
  echo "${directory#/}/$(basename "$1")"
  if [ -L "$1" ]; then (cd "$directory" && with_links "$(readlink "$1")"); fi
}

main
