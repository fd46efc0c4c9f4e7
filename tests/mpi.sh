#!/usr/bin/env bash
# A sweep that two ranks share gives the bytes of one that one process makes alone, and goes on after a kill.
#   mpi.sh DSTUDIO DSTUDIO_WITH_MPI
set -euo pipefail
alone=$1
shared=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/scenario.yaml" <<'YAML'
duration: 20 s
workloads: [{id: w, rate: 50/s, call: s}]
components: [{id: s, threads: 2, steps: [{work: exponential(20 ms)}]}]
YAML
sweep=(sim sweep "$folder/scenario.yaml" --vary workloads/w/rate=10/s..90/s:9 --vary components/s/threads=1,2 --runs 2 --threads 1 --json)
# Containers run as root and have few cores; ranks talk over shared memory or loopback only.
ranks=(mpirun --allow-run-as-root --oversubscribe --mca btl self,vader,tcp --mca btl_tcp_if_include lo --mca oob_tcp_if_include lo -n 2)
"$alone" "${sweep[@]}" > "$folder/alone"
"${ranks[@]}" "$shared" "${sweep[@]}" --out "$folder/points" > "$folder/shared"
cmp "$folder/alone" "$folder/shared"
[ "$(wc -l < "$folder/points")" = 18 ]
# As a kill leaves it: some points, and half a line.
head -c 2500 "$folder/points" > "$folder/cut" && mv "$folder/cut" "$folder/points"
"${ranks[@]}" "$shared" "${sweep[@]}" --out "$folder/points" > "$folder/resumed" 2> "$folder/said"
cmp "$folder/alone" "$folder/resumed"
grep -q "going on" "$folder/said"
echo "18 points: alone, shared by 2 ranks and resumed, the same bytes"
