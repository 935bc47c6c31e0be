#!/usr/bin/env bash
# Makes the virtual environment with the hash-pinned installer in it: environment.sh PYTHON FOLDER
set -euo pipefail
python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Gatehouse needs Python 3.11 or newer as '$python'. Name another one with: make PYTHON=python3.12 ..." >&2
  exit 1
fi

# Debian and Ubuntu split ensurepip off into a package of its own.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  package=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $package ..."
    apt-get update --quiet=2
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$package" >/dev/null
  else
    echo "'$python' can't make virtual environments. Install its venv package first, on Debian or Ubuntu with:" >&2
    echo "  sudo apt-get install $package" >&2
    exit 1
  fi
fi

echo "Making the environment in $folder ..."
"$python" -m venv --clear "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bootstrap.txt
