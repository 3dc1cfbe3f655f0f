#!/usr/bin/env bash
# Pin the newest allowed versions with the hashes of the public index, whatever the machine's own pip settings say.
# The written files name packages, versions and hashes only: no address of an index.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
tools=$(mktemp -d) && trap 'rm -rf "$tools"' EXIT
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1
python3 -m venv "$tools" && "$tools/bin/pip" install -q uv
lock() { "$tools/bin/uv" pip compile -q --system-certs --upgrade --generate-hashes --universal --python-version 3.11 \
  --custom-compile-command './run lock' "$@"; }
lock base.in -o base.txt
lock base.in test.in -o test.txt
lock node.in -o node.txt
cd .. && npm update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
