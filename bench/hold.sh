#!/usr/bin/env bash
# One hold model, one run, side by side: ours, ns-3, SimGrid and SimPy, at 1,000 and 100,000 pending events.
#   bench/hold.sh SIM_BENCH NS3_HOLD SIMGRID_HOLD
set -euo pipefail
cd "$(dirname "$0")/.."
ours() {
  "$1" --benchmark_filter="^hold/$2\$" --benchmark_min_time=2 --benchmark_format=json 2>/dev/null |
    python3 -c 'import json,sys; print(round(json.load(sys.stdin)["benchmarks"][0]["items_per_second"]))'
}
printf '%-10s %14s %14s %14s %14s\n' pending DStudio ns-3 SimGrid SimPy
for pending in 1000 100000; do
  a=$(ours "$1" "$pending")
  b=$("$2" "$pending" 3000000)
  c=$("$3" "$pending" 1000000 2>/dev/null || echo 0)
  d=$(/usr/bin/python3 bench/hold/simpy_hold.py "$pending" 300000)
  printf '%-10s %12s/s %12s/s %12s/s %12s/s\n' "$pending" "$a" "$b" "$c" "$d"
  python3 -c "
a, peers = $a, {'ns-3': $b, 'SimGrid': $c, 'SimPy': $d}
print('           times as fast as ' + ', '.join(f'{name}: {a / x:.1f}' for name, x in peers.items() if x))"
done
