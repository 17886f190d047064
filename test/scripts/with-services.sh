#!/usr/bin/env bash
# usage: with-services.sh COMMAND [ARGUMENT...]
#
# Runs COMMAND beside the programs that the tests talk to, and removes them afterwards:
#
#   TEST_DATABASE_URL   a PostgreSQL server of its own  (kept as it is when already set)
#   TEST_REDIS_URL      a Redis server of its own       (kept as it is when already set)
#   TEST_CHROMIUM       the path of a Chromium          (kept as it is when already set)
#
# What is not installed is installed by install-services.sh where that is possible;
# otherwise one line says what is missing and nothing is run. The exit code is COMMAND's.
#
# npm is wanted, too: the browser's tests and the acceptance collection fetch what they are run by.
#
#   SERVICES="postgres redis chromium npm"   which of the four COMMAND needs
#   FAST=1                                   trades durability for speed; 0 for measurements
#   POSTGRES_BIN=                            the folder of initdb and postgres, when several exist
set -euo pipefail

# The servers must not outlive this script, nor this script whoever started it, however
# that ends. Only Linux can promise it (setpriv); elsewhere the traps below have to do.
if command -v setpriv >/dev/null; then
	if [ "${WITH_SERVICES_PARENT:-}" != "$PPID" ]; then
		WITH_SERVICES_PARENT=$PPID exec setpriv --pdeathsig TERM "$BASH" "$0" "$@"
	fi
	bound=(setpriv --pdeathsig KILL)
elif [ "$(id -u)" = 0 ]; then
	echo "with-services: setpriv (util-linux) is missing: it lets root start PostgreSQL as another user" >&2
	exit 1
else
	bound=(env)
fi
unset WITH_SERVICES_PARENT

[ $# -gt 0 ] || { sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services=" ${SERVICES:-postgres redis chromium npm} "
folder='' command_pid='' postgres_pid='' redis_pid=''

# --- finding what is installed -------------------------------------------------------

# The newest PostgreSQL of the machine: Debian keeps initdb and postgres out of PATH.
find_postgres() {
	local bin installed
	installed=$(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -rV)
	for bin in "${POSTGRES_BIN:-}" $installed "$(dirname "$(command -v initdb || echo /)")"; do
		if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && [ -x "$bin/pg_isready" ]; then
			echo "$bin"
			return
		fi
	done
	return 1
}

first_of() {
	local name
	for name in "$@"; do command -v "$name" 2>/dev/null && return; done
	return 1
}

find_redis() { first_of redis-server valkey-server; }
find_chromium() { first_of chromium google-chrome google-chrome-stable chromium-browser; }

wanted() { # wanted SERVICE VARIABLE: COMMAND needs the service, and nobody has named one
	[[ $services == *" $1 "* ]] && [ -z "${!2:-}" ]
}

missing() {
	if wanted postgres TEST_DATABASE_URL && ! find_postgres >/dev/null; then echo postgresql; fi
	if wanted redis TEST_REDIS_URL && ! find_redis >/dev/null; then echo redis-server; fi
	if wanted chromium TEST_CHROMIUM && ! find_chromium >/dev/null; then echo chromium; fi
	if [[ $services == *" npm "* ]] && ! command -v npm >/dev/null; then echo npm; fi
}

# --- ending --------------------------------------------------------------------------

# COMMAND is asked to end, with all its children (`go test` does not pass a TERM on), and
# killed when it has not ended in 10 seconds.
end_command() {
	[ -n "$command_pid" ] || return 0
	kill -TERM -- "-$command_pid" 2>/dev/null || return 0
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		kill -0 -- "-$command_pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$command_pid" 2>/dev/null || true
}

# The servers' data is thrown away, so they need no orderly shutdown.
end_everything() {
	local code=$?
	trap - EXIT
	trap '' INT TERM HUP
	set +m # no word about the jobs that end now
	end_command
	[ -z "$postgres_pid" ] || kill -QUIT "$postgres_pid" 2>/dev/null || true
	[ -z "$redis_pid" ] || kill -KILL "$redis_pid" 2>/dev/null || true
	{ wait; } 2>/dev/null || true
	[ -z "$folder" ] || rm -rf "$folder"
	exit "$code"
}

fail() {
	echo "with-services: $1" >&2
	[ ! -s "${2:-}" ] || tail -n 20 "$2" >&2
	exit 1
}

# --- starting ------------------------------------------------------------------------

# Below the range that Linux gives to outgoing connections, so that a port found free
# now is very likely free when the server binds it; a lost race is tried again.
free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

# ready PID CHECK...: waits until CHECK succeeds; fails when the process ends before.
ready() {
	local pid=$1 tries
	shift
	for ((tries = 0; tries < 1500; tries++)); do
		kill -0 "$pid" 2>/dev/null || return 1
		"$@" && return
		sleep 0.02
	done
	return 1
}

start_postgres() {
	local bin as=("${bound[@]}") port settings=() tries
	bin=$(find_postgres)
	mkdir -m 700 "$folder/postgres"
	if command -v setpriv >/dev/null; then as=(setpriv --pdeathsig QUIT); fi
	if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
		local user=nobody
		! id postgres >/dev/null 2>&1 || user=postgres
		as+=(--reuid="$user" --regid="$(id -g "$user")" --clear-groups)
		chown "$user" "$folder/postgres"
	fi
	"${as[@]}" "$bin/initdb" -D "$folder/postgres" -U postgres -A trust -E UTF8 --locale=C --no-sync \
		>"$folder/initdb.log" 2>&1 || fail "initdb failed" "$folder/initdb.log"
	[ "${FAST:-1}" = 0 ] || settings=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
	for tries in 1 2 3 4 5; do
		port=$(free_port)
		"${as[@]}" "$bin/postgres" -D "$folder/postgres" -p "$port" -c unix_socket_directories= \
			-c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=256MB \
			${settings[@]+"${settings[@]}"} >"$folder/postgres.log" 2>&1 &
		postgres_pid=$!
		if ready "$postgres_pid" "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then
			export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
			export PATH="$PATH:$bin" # pgbench, for the measurements
			return
		fi
	done
	fail "PostgreSQL does not start" "$folder/postgres.log"
}

redis_answers() {
	local answer=
	{
		exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'PING\r\n' >&3 && read -r -t 1 answer <&3
		exec 3>&-
	} 2>/dev/null
	[[ $answer == +PONG* ]]
}

start_redis() {
	local port tries
	for tries in 1 2 3 4 5; do
		port=$(free_port)
		"${bound[@]}" "$(find_redis)" --bind 127.0.0.1 --port "$port" --dir "$folder" \
			--save '' --appendonly no --daemonize no >"$folder/redis.log" 2>&1 &
		redis_pid=$!
		if ready "$redis_pid" redis_answers "$port"; then
			export TEST_REDIS_URL="redis://127.0.0.1:$port/0"
			return
		fi
	done
	fail "Redis does not start" "$folder/redis.log"
}

# --- the run -------------------------------------------------------------------------

if [ -n "$(missing)" ]; then
	# shellcheck disable=SC2046 # one word a package
	"$here/install-services.sh" $(missing) || exit 1
	[ -z "$(missing)" ] || fail "still missing: $(missing | paste -sd ' ')"
fi

trap end_everything EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
set -m # every child leads a group of its own: Ctrl-C reaches this script, which then ends them in order

folder=$(mktemp -d "${TMPDIR:-/tmp}/paybridge-services.XXXXXX")
chmod 755 "$folder" # the user who runs PostgreSQL must be able to pass through
started_in=$PWD
cd "$folder" # and to stand here
if wanted postgres TEST_DATABASE_URL; then start_postgres; fi
if wanted redis TEST_REDIS_URL; then start_redis; fi
if wanted chromium TEST_CHROMIUM; then TEST_CHROMIUM=$(find_chromium) && export TEST_CHROMIUM; fi
cd "$started_in"

# In the background, so that a signal is acted on at once; and a background job must not
# read from the terminal, so there is nothing to read.
"${bound[@]}" "$@" </dev/null &
command_pid=$!
wait "$command_pid"
