#!/bin/bash
# Starts a throw-away PostgreSQL on 127.0.0.1 with its data under DIR (default a new /tmp/pg-XXXXXX) and creates one database.
#   start-postgres.sh [DIR]    prints DIR; DIR/env.sh has PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE and PG_CONNECTION_STRING (Npgsql)
# Environment: PGDB=trials PGWALSAFE=0 (1: fsync on).  As root the server runs as user postgres (it refuses root).
set -u
BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1); [ -x "$BIN/initdb" ] || { echo "missing: apt-get install postgresql" >&2; exit 3; }
if [ $# -ge 1 ]; then mkdir -p "$1" && DIR=$(cd "$1" && pwd) || exit 1; else DIR=$(mktemp -d /tmp/pg-XXXXXX); fi
[ -e "$DIR/data/postmaster.pid" ] && { echo "$DIR already runs" >&2; exit 1; }
PGDB=${PGDB:-trials} T0=$(date +%s.%N) AS=
if [ "$(id -u)" = 0 ]; then chown postgres "$DIR"; AS="runuser -u postgres --"; fi
chmod 711 "$DIR"; cd "$DIR" || exit 1
used=$(ss -ltnH | awk '{sub(/.*:/,"",$4); print $4}' | sort -u)
PORT=
[ -e env.sh ] && PORT=$(sed -n 's/.*PGPORT=\([0-9]*\).*/\1/p' env.sh | head -1) # started again: where it was
[ -n "$PORT" ] || for ((PORT = 25000 + RANDOM % 4000; ; PORT++)); do grep -qx $PORT <<<"$used" || break; done
PW=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
if [ ! -e data/PG_VERSION ]; then
  ( umask 077; echo "$PW" >pw ); [ -n "$AS" ] && chown postgres pw
  $AS "$BIN/initdb" -D "$DIR/data" -U trials --pwfile="$DIR/pw" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
else PW=$(cat pw); fi
T1=$(date +%s.%N); FS=off; [ "${PGWALSAFE:-0}" = 1 ] && FS=on
$AS "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/data/server.log" -w -t 30 -s -o "-p $PORT -h 127.0.0.1 -k $DIR/data -c fsync=$FS -c max_connections=200 -c shared_buffers=64MB" start </dev/null || { cat data/server.log >&2; exit 1; }
T2=$(date +%s.%N)
cat >env.sh <<E
export PGHOST=127.0.0.1 PGPORT=$PORT PGUSER=trials PGPASSWORD=$PW PGDATABASE=$PGDB
export PG_CONNECTION_STRING='Host=127.0.0.1;Port=$PORT;Username=trials;Password=$PW;Database=$PGDB'
E
chmod 600 env.sh; . ./env.sh
"$BIN/psql" -d postgres -Atqc "select 1 from pg_database where datname='$PGDB'" | grep -q 1 || "$BIN/createdb" "$PGDB" || exit 1
awk -v a=$T0 -v b=$T1 -v c=$T2 -v d="$(date +%s.%N)" -v p=$PORT 'BEGIN{printf "postgres on 127.0.0.1:%s: initdb %.2f s, start %.2f s, createdb %.2f s\n",p,b-a,c-b,d-c}' >&2
echo "$DIR"
