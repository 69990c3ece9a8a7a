#!/bin/sh
# Builds what `make test-kubelet` needs of Kubernetes and containerd, from Go's modules: build.sh FOLDER. It takes Go 1.25 and
# some minutes. Debian 12's containerd is too old for image volumes and for kubelets after 1.35.
set -eu
version=35.4
containerd=2.2.1
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
  $programs/kubelet $programs/kube-apiserver $programs/kube-controller-manager $programs/kube-scheduler $programs/kubectl

rm go.mod go.sum
go mod init containerd-programs
go mod edit -require="github.com/containerd/containerd/v2@v$containerd"
programs=github.com/containerd/containerd/v2/cmd
go build -o "$folder/" -ldflags "-s -w -X github.com/containerd/containerd/v2/version.Version=$containerd" \
  $programs/containerd $programs/containerd-shim-runc-v2 $programs/ctr
ls "$folder"
