# A database that is gone with its container.
set -eu
initdb --pgdata /tmp/data --username postgres --auth trust --locale C --no-sync >/dev/null
exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off -c timezone=GMT \
  -c log_timezone=GMT -c hba_file=/shop/hba.conf
