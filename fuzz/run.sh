#!/bin/bash
# Runs every fuzzer for SECONDS (default 60), one after the other: fuzz/run.sh [SECONDS [NAME...]]
# A finding ends the run with its input in build/fuzz/findings; move it to fuzz/corpus/<name> together with a regression test.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
binaries=${FUZZ_BUILD:-build/fuzz}/fuzz
findings=${FUZZ_BUILD:-build/fuzz}/findings
mkdir -p "$findings"
declare -A max_len=([front_matter]=8192 [pack]=98304 [search_query]=402 [percent]=1024 [trace_import]=16384)
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for binary in "$binaries"/*_fuzz; do
        name=$(basename "$binary")
        names+=("${name%_fuzz}")
    done
fi
for name in "${names[@]}"; do
    echo "== $name for $seconds s"
    grown=$findings/corpus-$name
    mkdir -p "$grown" "fuzz/corpus/$name"
    "$binaries/${name}_fuzz" -max_total_time="$seconds" -max_len="${max_len[$name]:-4096}" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$findings/$name-" "$grown" "fuzz/corpus/$name" 2>&1 | tail -12
done
