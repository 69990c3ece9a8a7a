#!/bin/sh
# Makes the one image of the example from this machine's own Debian packages, so that nothing is pulled: PostgreSQL, its
# client, and busybox for a shell and an HTTP server. `docker load` and `podman load` read it.
#   make-image.sh FILE.tar
set -eu
[ ! -e "$1" ] || exit 0
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
tree=$work/tree

main() {
  postgres=$(find /usr/lib/postgresql -maxdepth 1 -name '[0-9]*' | sort -V | tail -n 1)
  version=$(basename "$postgres")
  mkdir "$tree"
  { find / -maxdepth 1 -type l \( -name 'bin' -o -name 'sbin' -o -name 'lib*' \) | sed 's,^/,,'
    with_libraries /bin/busybox "$postgres/lib/plpgsql.so" "$postgres/lib/dict_snowball.so"
    for program in postgres initdb psql pg_isready; do with_libraries "$postgres/bin/$program"; done
    find "/usr/share/postgresql/$version" -follow -type f | sed 's,^/,,'
  } | sort -u >"$work/files"
  tar -C / -cf - --no-recursion --files-from "$work/files" | tar -C "$tree" -xf -
  complete
  pack
}

# What no package brings: the user of the database, a place for its data, and programs on the path.
complete() {
  mkdir -p "$tree/etc" "$tree/usr/bin"
  mkdir -m 1777 "$tree/tmp"
  printf 'root:x:0:0:root:/:/bin/sh\npostgres:x:999:999:postgres:/tmp:/bin/sh\n' >"$tree/etc/passwd"
  printf 'root:x:0:\npostgres:x:999:\n' >"$tree/etc/group"
  for applet in $(busybox --list); do [ -e "$tree/usr/bin/$applet" ] || ln -s busybox "$tree/usr/bin/$applet"; done
}

pack() {
  tar -C "$tree" -cf "$work/layer.tar" --owner=0 --group=0 --sort=name --mtime=@0 .
  layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
  cat >"$work/config.json" <<CONFIG
{"os": "linux", "architecture": "$(dpkg --print-architecture)", "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]},
 "config": {"Env": ["PATH=$postgres/bin:/usr/sbin:/usr/bin:/sbin:/bin"]}}
CONFIG
  echo '[{"Config": "config.json", "RepoTags": ["localhost/example/postgres:latest"], "Layers": ["layer.tar"]}]' \
    >"$work/manifest.json"
  tar -C "$work" -cf "$out.part" manifest.json config.json layer.tar
  mv "$out.part" "$out"
}

with_libraries() {
  for path in "$@"; do
    with_links "$path"
    ldd "$path" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do with_links "$library"; done
  done
}

# A file under its own name, without directories that are links, and what it links to.
with_links() {
  directory=$(realpath "$(dirname "$1")")
  echo "${directory#/}/$(basename "$1")"
  if [ -L "$1" ]; then (cd "$directory" && with_links "$(readlink "$1")"); fi
}

main
