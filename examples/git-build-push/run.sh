#!/bin/sh
# Clones, lints, tests, builds, pushes and verifies, beside a git server and a registry that end with the run.
#   run.sh DIRECTORY ENGINE WORDS…     DIRECTORY keeps what is made once, ENGINE is podman or docker, and `baton run` gets WORDS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
directory=$1 engine=$2
shift 2

"$here/make-images.sh" "$directory/images"
"$here/make-repository.sh" "$directory/repositories/digest"
for image in "$directory"/images/*.tar; do "$engine" load --quiet --input "$image" >/dev/null; done

export EXAMPLE="$here" TOOLCHAIN="$directory/images/gcc.tar"
exec "$here/with-services.sh" "$directory/repositories" sh -euc '
  skopeo copy --quiet --dest-tls-verify=false "docker-archive:$TOOLCHAIN" "docker://$REGISTRY/gcc"
  baton run "$EXAMPLE" -w name=data,emptyDir= --network host \
    -p url="$GIT_URL/digest" -p toolchain="$REGISTRY/gcc" -p image="$REGISTRY/digest:1" -p tls-verify=false "$@"
' "$0" --on "$engine" "$@"
