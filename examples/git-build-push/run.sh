#!/bin/sh
# Clones, lints, tests, builds, pushes and verifies, beside a git server and a registry that end with the run.
#   run.sh DIRECTORY ENGINE WORDS…     ENGINE is podman or docker; `baton run` gets WORDS
set -eu
here=$(dirname "$0")
directory=$1 engine=$2
shift 2
export here directory engine

exec "$here/with-services.sh" "$directory" sh -euc '
  for image in git gcc buildah skopeo; do "$engine" load --quiet --input "$directory/images/$image.tar" >/dev/null; done
  baton run "$here" --on "$engine" --network host -w name=data,emptyDir= \
    -p url="$GIT_URL/digest" -p toolchain="$REGISTRY/gcc" -p image="$REGISTRY/digest:1" -p tls-verify=false "$@"
' "$0" "$@"
