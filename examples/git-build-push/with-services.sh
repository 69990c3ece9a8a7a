#!/bin/sh
# Runs a command beside what a cluster would find around it: a git server with the repository, and a registry with the
# image to build in, on free ports of the loopback interface. Both end with the command, which finds them as GIT_URL and
# REGISTRY.
#   with-services.sh DIRECTORY COMMAND…     DIRECTORY keeps what is made once
set -eu
here=$(dirname "$0")
directory=$1
shift
work=$(mktemp -d)
git_server='' registry=''
trap 'kill $git_server $registry && wait; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

main() {
  "$here/make-images.sh" "$directory/images"
  "$here/make-repository.sh" "$directory/repositories/digest"
  start_git_server
  start_registry
  skopeo copy --quiet --dest-tls-verify=false "docker-archive:$directory/images/gcc.tar" "docker://$REGISTRY/gcc"
  "$@"
}

# It takes no port 0, so it is given one after the other until one is free. (`git daemon` is this as a child of its own.)
start_git_server() {
  port=$((20000 + $$ % 10000))
  until
    LC_ALL=C "$(git --exec-path)/git-daemon" --export-all --base-path="$(realpath "$directory/repositories")" \
      --listen=127.0.0.1 --port=$port 2>"$work/log" &
    git_server=$!
    port_of $git_server >"$work/port"
  do
    grep -q 'already in use' "$work/log" || fail
    port=$((port + 1))
  done
  export GIT_URL="git://127.0.0.1:$port"
}

start_registry() {
  cat >"$work/registry.yaml" <<CONFIG
version: 0.1
storage: {filesystem: {rootdirectory: $work/images}}
http: {addr: "127.0.0.1:0"}
log: {level: error, accesslog: {disabled: true}}
CONFIG
  docker-registry serve "$work/registry.yaml" 2>"$work/log" &
  registry=$!
  port_of $registry >"$work/port" || fail
  export REGISTRY="127.0.0.1:$(cat "$work/port")"
}

# port_of PROCESS: where it listens, as soon as it does; fails when it ends before.
port_of() {
  until listening "$1"; do
    kill -0 "$1" 2>/dev/null || return 1
    sleep 0.02
  done
}

# The port of the one socket of the process that is in the state "listen" (0A); the kernel writes its number in hexadecimal.
listening() {
  inodes=$(find "/proc/$1/fd" -printf '%l ' 2>/dev/null) || return 1
  hexadecimal=$(awk -v inodes="$inodes" \
    '$4 == "0A" && index(inodes, "[" $10 "]") { sub(".*:", "", $2); print $2 }' "/proc/$1/net/tcp")
  [ -n "$hexadecimal" ] && printf %d "0x$hexadecimal"
}

fail() {
  cat "$work/log" >&2
  exit 1
}

main "$@"
