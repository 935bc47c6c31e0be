#!/usr/bin/env bash
# What the tests need of a Debian or Ubuntu machine: Python's venv, a browser, SimpleSAMLphp.
set -euo pipefail

missing=()
want() { # want COMMAND-OR-FILE PACKAGE...
  local thing=$1
  shift
  command -v "$thing" >/dev/null || [ -e "$thing" ] || missing+=("$@")
}

want python3 python3 python3-venv
want openssl openssl
want /usr/share/simplesamlphp/www/index.php simplesamlphp
want php php-cli
for extension in xml mbstring curl; do
  # PHP names its DOM extension after what it reads.
  php -m 2>/dev/null | grep -qix "${extension/xml/dom}" || missing+=("php-$extension")
done
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  missing+=(chromium)
fi

if [ ${#missing[@]} -eq 0 ]; then
  echo 'All there.'
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Install first: ${missing[*]}" >&2
  exit 1
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
