#!/bin/sh
# Makes the repository of the demo: a small site with a build script and three commits, the same ones every time.
#   make-repository.sh DIRECTORY
set -eu
mkdir -p "$1"
cd "$1"
[ ! -d .git ] || exit 0

export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

# commit DAY MESSAGE: everything there is, at noon of a day in March.
commit() {
  GIT_AUTHOR_DATE="2026-03-0$1T12:00:00Z"
  GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
  git add --all
  git commit --quiet --message "$2"
}

git init --quiet --initial-branch main
mkdir pages
cat > pages/index.txt <<'PAGE'
The baton
A runner who has it runs; the others wait, and lose nothing by it.
PAGE
commit 1 "write the first page"

cat > build.sh <<'SCRIPT'
#!/bin/sh
# Each page becomes HTML: its first line is the title, the rest is text.
set -eu
mkdir -p public
for page in pages/*.txt; do
  name=$(basename "$page" .txt)
  {
    printf '<!doctype html>\n<title>%s</title>\n<p>' "$(head -n 1 "$page")"
    tail -n +2 "$page" | sed 's/&/\&amp;/g; s/</\&lt;/g'
    printf '</p>\n'
  } > "public/$name.html"
  echo "built $name.html"
done
SCRIPT
chmod +x build.sh
printf 'public/\n' > .gitignore
commit 2 "build pages with a script"

cat > pages/relay.txt <<'PAGE'
The relay
Data stays where it is & processes come to it.
PAGE
commit 3 "add a page about the relay"
