#!/usr/bin/env bash
# Whether two builds of the same program print the same: tests/parity.sh NATIVE WASM_UNDER_NODE
set -euo pipefail
"$1" > "${TMPDIR:-/tmp}/parity-native.$$"
node "$2" > "${TMPDIR:-/tmp}/parity-wasm.$$"
trap 'rm -f "${TMPDIR:-/tmp}"/parity-*."$$"' EXIT
diff "${TMPDIR:-/tmp}/parity-native.$$" "${TMPDIR:-/tmp}/parity-wasm.$$"
echo "$(wc -l < "${TMPDIR:-/tmp}/parity-native.$$") lines, all equal"
