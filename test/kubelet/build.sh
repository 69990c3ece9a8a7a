#!/bin/sh
# Builds what `make test-kubelet` needs of Kubernetes, from Go's modules: build.sh FOLDER. It takes Go 1.25 and some minutes.
# 1.35 is the last version whose kubelet takes Debian 12's containerd.
set -eu
version=35.4
mkdir -p "$1"
folder=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Kubernetes' own modules refer to each other by folders of its repository, which a module outside of it cannot.
export GOFLAGS=-mod=mod CGO_ENABLED=0
go mod init kubernetes-programs
go mod edit -require="k8s.io/kubernetes@v1.$version"
its=$(go mod download -json "k8s.io/kubernetes@v1.$version" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
for module in $(sed -nE 's#^\s*(k8s\.io/[a-z-]+) (v0\.0\.0|=> \./staging.*)$#\1#p' "$its" | sort -u); do
  go mod edit -replace="$module=$module@v0.$version"
done

programs=k8s.io/kubernetes/cmd
go build -o "$folder/" -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v1.$version" \
  $programs/kubelet $programs/kube-apiserver $programs/kube-controller-manager $programs/kubectl
ls "$folder"
