#!/bin/sh
# Says which of Debian's packages own these files (archives that a static binary was linked with), in the form of dpkg's
# own records.
set -eu
for file in "$@"; do
  owner=$(dpkg-query -S "$(realpath "$file")" | sed 's/: .*//')
  # shellcheck disable=SC2016
  dpkg-query -W -f 'Package: ${Package}\nSource: ${source:Package}\nVersion: ${Version}\nArchitecture: ${Architecture}\n\n' "$owner"
done
