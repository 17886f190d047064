#!/usr/bin/env bash
# usage: install-services.sh PACKAGE...
#
# Installs Debian packages (postgresql, redis-server, chromium, npm) where this user may: as
# root, or with a sudo that asks for no password. Elsewhere it says what is missing, in
# one line, and fails. The services that the packages bring are neither started nor left
# enabled: the tests start servers of their own.
set -euo pipefail

policy=/usr/sbin/policy-rc.d # what Debian asks before a package may start a service

missing() {
	echo "missing: ${packages[*]} (to be installed, or name your own in TEST_DATABASE_URL, TEST_REDIS_URL, TEST_CHROMIUM)" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -yq "$@" >>"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		echo "missing: ${packages[*]} (apt-get $1 failed)" >&2
		exit 1
	}
}

# Where a policy of the machine's own let them start, or systemd would at the next boot.
quiet_services() {
	local package
	for package in "${packages[@]}"; do
		[[ $package != chromium && $package != npm ]] || continue
		if [ -d /run/systemd/system ]; then
			as_root systemctl disable --now "$package" >>"$log" 2>&1 || true
		else
			as_root service "$package" stop >>"$log" 2>&1 || true
		fi
	done
}

packages=("$@")
command -v apt-get >/dev/null || missing
as_root true 2>/dev/null || missing

log=$(mktemp)
forbidden=''
trap '[ -z "$forbidden" ] || as_root rm -f "$policy"; rm -f "$log"' EXIT
trap 'exit 143' INT TERM HUP

echo "installing with apt: $*" >&2
if [ ! -e "$policy" ]; then
	forbidden=yes
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
fi
apt update
apt install --no-install-recommends "${packages[@]}"
quiet_services
