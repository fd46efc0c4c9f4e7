# Two commands for newcomers: `make run` and `make test`. Everything else is built from the same steps.
SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/bin:$(PATH)
# Clones share what was compiled: paths below the tree count as relative.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

build := build/release
dstudio := $(build)/dstudio
pack := $(build)/catalogue.pack
cpp := $(shell find core services apps cmake tests fuzz bench -name '*.cpp' -o -name '*.hpp' -o -name 'CMakeLists.txt' -o -name '*.cmake' 2>/dev/null)
content := $(shell find content -type f)
web_sources := $(shell find web/src web/static web/*.json web/*.js web/*.ts -type f -not -path 'web/static/formula/*' -not -path 'web/static/simulation/*' 2>/dev/null)
port ?= 8080

wasm_sources := $(shell find core apps/wasm cmake -name '*.cpp' -o -name '*.hpp' -o -name 'CMakeLists.txt' -o -name '*.cmake' 2>/dev/null)
wasm := web/static/formula/formula.wasm

.PHONY: help run build content web wasm test test-cpp test-sanitize test-wasm bench lint format package screenshots clean
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | column -t -s $$'\t'

run: build/.ready-build web ## Build everything and start the platform (port=8080)
	@exec $(dstudio) serve --pack $(pack) --web web/build --port $(port)

build: $(dstudio) ## The program
content: $(pack) ## The catalogue pack
web: web/build/index.html ## The prerendered pages
wasm: $(wasm) ## The formula core and the simulator as WebAssembly, for the pages

# scripts/bootstrap is cheap when nothing is missing, but asks dpkg; a stamp per list of packages spares even that.
build/.ready-%: scripts/bootstrap
	@scripts/bootstrap $*
	@mkdir -p build && touch $@

$(build)/build.ninja: CMakeLists.txt CMakePresets.json | build/.ready-build
	cmake --preset release -DDSTUDIO_TESTS=$(if $(wildcard build/.ready-test),ON,OFF) > build/configure.log || { cat build/configure.log; exit 1; }

# Ninja decides what to compile; the program's time moves only when it really changed, and so does what depends on it.
$(dstudio): $(cpp) $(build)/build.ninja
	@cmake --build --preset release

$(pack): $(dstudio) $(content)
	$(dstudio) content build --content content --pack $@

web/.data/catalogue.json: $(pack)
	@$(dstudio) content export --pack $(pack) --out web/.data/new > /dev/null
	@cmp -s web/.data/new/formula-models.json web/.data/formula-models.json || mv web/.data/new/formula-models.json web/.data/
	@cmp -s web/.data/new/scenario-reports.json web/.data/scenario-reports.json || mv web/.data/new/scenario-reports.json web/.data/
	@cmp -s web/.data/new/catalogue.json $@ || mv web/.data/new/catalogue.json $@

# Exit code 1 says that a figure differs without a reason: the page shows which.
web/.data/published-results.json: $(pack)
	@mkdir -p web/.data
	@$(dstudio) sim validate --published --json --pack $(pack) > $@.new || [ $$? = 1 ]
	@mv $@.new $@

$(wasm): $(wasm_sources) | build/.ready-build
	cmake --preset wasm > build/wasm.log || { cat build/wasm.log; exit 1; }
	cmake --build --preset wasm --target formula --target simulation
	@for module in formula simulation; do mkdir -p web/static/$$module && cp build/wasm/apps/wasm/$$module.mjs build/wasm/apps/wasm/$$module.wasm web/static/$$module/; done

web/node_modules/.package-lock.json: web/package-lock.json web/package.json | build/.ready-build
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

web/build/index.html: web/.data/catalogue.json web/.data/published-results.json $(wasm) web/node_modules/.package-lock.json $(web_sources)
	cd web && npm run --silent build > ../build/web.log 2>&1 || { tail -40 ../build/web.log; exit 1; }
	@touch $@

test: build/.ready-test test-wasm test-sanitize test-cpp ## Every test

test-wasm: build/.ready-test ## The pure core as WebAssembly under node
	cmake --preset wasm > build/wasm.log || { cat build/wasm.log; exit 1; }
	cmake --build --preset wasm
	ctest --preset wasm

test-sanitize: build/.ready-test $(pack) ## The C++ tests under the address and undefined-behaviour sanitizers
	cmake --preset sanitize > build/sanitize.log || { cat build/sanitize.log; exit 1; }
	cmake --build --preset sanitize
	ctest --preset sanitize

test-cpp: build/.ready-test web ## The tests of the release build, shape tests, and the pages in a real browser
	cmake --preset release -DDSTUDIO_TESTS=ON > build/configure.log || { cat build/configure.log; exit 1; }
	cmake --build --preset release
	ctest --preset release

bench: build/.ready-bench web ## Measure search, formulas, simulation and server, beside peers
	cmake --preset bench > build/bench.log || { cat build/bench.log; exit 1; }
	cmake --build --preset bench
	build/bench/bench/sim_bench content/scenarios/retry-storm.yaml
	node bench/simulation.mjs $(dstudio) web/static/simulation/simulation.mjs content/scenarios/retry-storm.yaml
	node bench/playground.mjs
	node bench/plot_frames.mjs build/bench/playground.json docs/measurements/playground-frames.svg
	node bench/hold.mjs build/bench/bench/sim_bench build/bench/bench/ns3_hold build/bench/bench/simgrid_hold build/bench/hold.json
	node bench/plot.mjs build/bench/hold.json docs/measurements/event-queue.svg
	@mkdir -p build/bench-peers && cd build/bench-peers && npm install --silent --no-audit --no-fund --prefix . @quri/squiggle-lang@0.10.0 || echo "bench: no Squiggle to compare with"
	node bench/formula.mjs build/bench/bench/formula_bench web/static/formula/formula.mjs build/bench-peers
	bench/http.sh $(dstudio) $(pack) web/build
	build/bench/bench/search_bench $(pack)

lint: build/.ready-lint web/node_modules/.package-lock.json ## Formatters and linters
	clang-format-14 --dry-run -Werror $$(git ls-files '*.cpp' '*.hpp')
	cmake --preset release -DDSTUDIO_TESTS=ON > build/configure.log
	git ls-files 'core/*.cpp' 'services/*.cpp' 'apps/*.cpp' | grep -v _test.cpp | xargs -P2 -n4 clang-tidy-14 -p $(build) --quiet
	cd web && npm run --silent lint && npm run --silent check

format: build/.ready-lint web/node_modules/.package-lock.json ## Format all sources
	clang-format-14 -i $$(git ls-files '*.cpp' '*.hpp')
	cd web && npm run --silent format

package: build/.ready-package web ## A Debian package in build/
	cmake --preset release > build/configure.log
	cmake --build --preset release
	cd $(build) && cpack -G DEB && cp -f *.deb ../

screenshots: build/.ready-test web ## Take the screenshots of docs/ anew
	scripts/screenshots $(dstudio) $(pack)

clean: ## Remove what was built
	rm -rf build web/build web/.svelte-kit web/.data
