#!/bin/sh
# Makes sure that commands are there: need.sh COMMAND:PACKAGE… installs Debian's packages where it may, and otherwise says
# which command does.
set -eu
missing=
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "need.sh: missing:$missing (Debian's names)" >&2
  echo "  cure: sudo apt-get install -y$missing" >&2
  exit 1
fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq install -y --no-install-recommends $missing >/dev/null
