# What a client sees.
set -eu
answer=$(wget -q -O - http://api:8080/cgi-bin/items)
[ "$answer" = "$(printf 'apple|3\npear|5')" ] || { echo "not what was sold: $answer"; exit 3; }
echo "ok: $(echo "$answer" | wc -l) items"
