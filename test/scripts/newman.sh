#!/usr/bin/env bash
# Prints the path of newman, which runs the acceptance collection. The first call fetches the
# versions of test/acceptance/newman/package-lock.json with npm, which is installed where that
# is possible; a changed lock file fetches anew.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
wanted=$root/test/acceptance/newman
version=$(cksum <"$wanted/package-lock.json" | cut -d ' ' -f 1)
folder=$root/var/cache/newman-$version

if [ ! -x "$folder/node_modules/.bin/newman" ]; then
	command -v npm >/dev/null || "$here/install-services.sh" npm
	mkdir -p "$root/var/cache"
	draft=$(mktemp -d "$root/var/cache/newman.XXXXXX")
	trap 'rm -rf "$draft"' EXIT
	cp "$wanted/package.json" "$wanted/package-lock.json" "$draft"
	npm ci --prefix "$draft" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || {
		echo "newman: npm cannot fetch what test/acceptance/newman/package-lock.json names" >&2
		exit 1
	}
	rm -rf "$folder"
	mv "$draft" "$folder" # at once, so that nobody runs half of it
fi
echo "$folder/node_modules/.bin/newman"
