#!/bin/bash
# How fast the HTTP server answers, with one worker thread and wrk beside it on the same machine:
#
#   bench/http.sh [BINARY [PACK [WEB_ROOT]]]        SECONDS_EACH=10 CONNECTIONS=32 PORT=18490
#
# For each kind of answer: requests/s, latency at the median and at 99 %, and the processor time that the server itself
# spent per request, which says more than the rate where others use the machine too. Then the time from start to first
# answer, and the resident memory before and after every page has been asked for.
# Needs: wrk, curl.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-build/release/dstudio}
pack=${2:-build/release/catalogue.pack}
web=${3:-web/build}
seconds=${SECONDS_EACH:-10}
connections=${CONNECTIONS:-32}
port=${PORT:-18490}
origin=http://127.0.0.1:$port
scratch=$(mktemp -d)
server=

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && IFS= read -r line <&3 && [[ $line == *200* ]]) 2>/dev/null; }

start() { # WEB_ROOT
    local begin=${EPOCHREALTIME/./}
    "$binary" serve --host 127.0.0.1 --port "$port" --threads 1 --quiet --pack "$pack" --web "$1" >"$scratch/out" 2>"$scratch/err" &
    server=$!
    until answers; do
        kill -0 "$server" 2>/dev/null || { cat "$scratch/err"; exit 3; }
    done
    started_ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
}

stop() {
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

processor_ticks() { awk '{print $14, $15}' "/proc/$server/stat"; }
resident_mb() { awk '/VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$server/status"; }

measure() { # NAME TARGET [WRK OPTIONS...]
    local name=$1 target=$2
    shift 2
    curl -s -o /dev/null "$origin$target"
    local user system
    read -r user system < <(processor_ticks)
    wrk -t1 -c"$connections" -d"${seconds}s" --latency "$@" "$origin$target" >"$scratch/wrk"
    local user_now system_now
    read -r user_now system_now < <(processor_ticks)
    awk -v name="$name" -v user="$((user_now - user))" -v system_="$((system_now - system))" -v hz="$(getconf CLK_TCK)" '
        /50%/ {median = $2} /99%/ {p99 = $2} /Requests\/sec/ {rate = $2} /requests in/ {count = $1}
        /Non-2xx/ {bad = " " $0} /Socket errors/ {bad = bad " " $0}
        END {printf "%-34s %9.0f requests/s   median %-8s p99 %-8s server %.1f us/request, %.1f of it in the kernel%s\n", name, rate, median, p99,
                    (user + system_) / hz * 1e6 / count, system_ / hz * 1e6 / count, bad}' "$scratch/wrk"
}

mkdir "$scratch/site"
head -c 1024 /dev/zero | tr '\0' 'x' >"$scratch/site/page.html"
cat >"$scratch/searches.lua" <<'LUA'
-- Different words each time, so that no answer comes from the cache.
local words = {"circuit", "breaker", "quorum", "latency", "cache", "retry", "consensus", "partition", "queue", "replica", "token", "outage"}
local n = 0
request = function()
  n = n + 1
  local a, b = words[n % #words + 1], words[math.floor(n / #words) % #words + 1]
  return wrk.format("GET", "/api/v1/search?limit=10&q=" .. a .. "+" .. b .. "&year_to=" .. (2000 + n % 7000))
end
LUA
cat >"$scratch/pipeline.lua" <<'LUA'
init = function(args)
  local one = wrk.format("GET", "/page")
  batch = string.rep(one, 16)
end
request = function() return batch end
LUA

echo "load average $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors, $connections connections, $seconds s each"
start "$scratch/site"
measure "page of 1 kB" /page
measure "page of 1 kB, not modified" /page -H "If-None-Match: $(curl -sI "$origin/page" | tr -d '\r' | awk '/^ETag/ {print $2}')"
measure "page of 1 kB, 16 in a pipeline" /page -s "$scratch/pipeline.lua"
measure "small JSON (version)" /api/v1/version
measure "entry (a pattern)" /api/v1/patterns/circuit-breaker
measure "entry, Brotli" /api/v1/patterns/circuit-breaker -H "Accept-Encoding: br"
measure "search, asked before" "/api/v1/search?q=circuit+breaker"
measure "search, never asked before" /api/v1/search -s "$scratch/searches.lua"
measure "not found" /api/v1/patterns/no-such-pattern
stop

if [ -d "$web" ]; then
    total=0
    for round in 1 2 3 4 5; do
        start "$web"
        total=$((total + started_ms))
        before=$(resident_mb)
        [ "$round" = 5 ] || stop
    done
    (cd "$web" && find . -type f ! -name '*.br' ! -name '*.gz' -printf '%P\n') | sed "s|\.html\$||; s|^index\$||; s|^|url=$origin/|" >"$scratch/urls"
    for encoding in br gzip identity; do
        sed 's|$|\noutput=/dev/null|' "$scratch/urls" >"$scratch/curl"
        curl -s --parallel-max 4 -H "Accept-Encoding: $encoding" -K "$scratch/curl" || true
    done
    echo "start to first answer: $((total / 5)) ms on average of 5"
    echo "resident: $before MB after the start, $(resident_mb) MB after $(wc -l <"$scratch/urls") addresses in 3 encodings"
    stop
fi
