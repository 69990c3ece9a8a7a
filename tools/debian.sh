# Sourced. Runs apt-get on a Debian release other than this machine's: from the mirror that it already uses, through a
# private sources list in the current folder, so that nothing else of apt's is touched. Needs `fail` of its caller.

# other_release TYPE RELEASE APT-GET-WORDS…: TYPE is deb or deb-src
other_release() {
  type=$1 release=$2
  shift 2
  command -v apt-get >/dev/null || fail "no apt-get here to fetch from Debian $release with"
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  [ -n "$uri" ] || fail "apt knows no mirror: run 'apt-get update' first"
  echo "$type [trusted=yes] $uri $release main" >sources.list
  mkdir -p lists/partial cache/archives/partial
  private_apt update || fail "apt cannot read $release's lists"
  private_apt "$@" || fail "apt cannot $1 from $release"
}

private_apt() {
  apt-get -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root "$@"
}
