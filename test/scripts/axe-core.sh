#!/usr/bin/env bash
# Prints the path of axe-core, the accessibility rules that the browser's tests hold every
# page against. The first call fetches it with npm, which is installed where that is possible.
set -euo pipefail

version=4.14.1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$(cd "$here/../.." && pwd)/var/cache
file=$cache/axe-core-$version.js

if [ ! -s "$file" ]; then
	command -v npm >/dev/null || "$here/install-services.sh" npm
	mkdir -p "$cache"
	folder=$(mktemp -d "$cache/axe-core.XXXXXX")
	trap 'rm -rf "$folder"' EXIT
	npm pack --silent --pack-destination "$folder" "axe-core@$version" >/dev/null || {
		echo "axe-core: npm cannot fetch axe-core@$version" >&2
		exit 1
	}
	tar -xzf "$folder/axe-core-$version.tgz" -C "$folder" package/axe.min.js
	mv "$folder/package/axe.min.js" "$file" # at once, so that nobody reads half of it
fi
echo "$file"
