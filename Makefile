# Two commands: `make thesis` and `make test`. Everything lands inside the checkout, or under DVOL_TOOLS when set.
PYTHON ?= python3
PREFIX ?= $(HOME)/.local
ROUNDS ?= 3
JUPYTER = .venv/bin/python -m jupyter

# A tools folder elsewhere (CI) brings its own build folder; LIBTORCH must not change with the checkout's path,
# or the C++ half of tch would be compiled anew.
ifdef DVOL_TOOLS
export DVOL_TOOLS
export LIBTORCH ?= $(DVOL_TOOLS)/.libtorch
export CARGO_TARGET_DIR ?= $(DVOL_TOOLS)/target
endif
ifdef TORCH
export TORCH
endif

.PHONY: lint pins edition peers bench-peers bench-gpu bench-start help readme setup thesis chapter snapshots data test test-all install lab kernel-latency

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

setup: ## Fetch and build everything (TORCH=cuda|rocm for a GPU)
	@command -v $(PYTHON) >/dev/null || { echo "setup: $(PYTHON) is missing: install Python 3.10 or newer (Debian, Ubuntu: apt install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) tools/setup.py

thesis: setup ## Run every chapter: results/thesis.pdf, results/thesis.html, results/book (PAPER=letter, WITH_CODE=1)
	@.venv/bin/python tools/execute.py --paper "$(or $(PAPER),a4)" $(if $(WITH_CODE),--with-code)

edition: setup ## Make docs/thesis.pdf and docs/figures on a data set: make edition DATA=DIR
	@.venv/bin/python tools/edition.py --data "$(DATA)"

chapter: setup ## Run one chapter: make chapter N=01
	@.venv/bin/python tools/execute.py --chapter "$(N)"

snapshots: setup ## Write down anew what the chapters' tables and README's cell (N=0) show on the simulated market
	@.venv/bin/python tools/execute.py --snapshots $(if $(N),--chapter "$(N)")
	@$(PYTHON) tools/readme.py

data: setup ## Fetch the real series
	@cargo run --quiet --locked -- data fetch

# Tests that want the real series leave a note each.
NOTES = $(or $(CARGO_TARGET_DIR),target)/tmp/real_series

test: setup lint ## The whole test suite, notebooks in the real kernel included
	@rm -rf "$(NOTES)"
	@cargo test --locked --no-fail-fast; status=$$?; \
	notes() { cat "$(NOTES)"/* 2>/dev/null | grep -c "^$$1$$"; }; \
	echo "tests on the real series: $$(notes ran) ran, $$(notes absent) could not, for lack of ../shared/data"; \
	echo "types in cells came from $$(sed -n 's/.*"source": "\(.*\)",/\1/p' .signatures/std/made.json)"; \
	exit $$status

lint: ## Format and lints, warnings are errors
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps
	@$(PYTHON) tools/readme.py --check
	@$(PYTHON) tools/deny.py

pins: ## Write the hashes of Python's packages (tools/*.in) into tools/*.txt
	@$(PYTHON) tools/pins.py

readme: ## Make README's tables from the result files
	@$(PYTHON) tools/readme.py

test-all: test peers ## The same, hostile tests ten times longer, aarch64, JupyterLab and the thesis in a headless browser, and torchrun itself
	DVOL_HOSTILE=10 DVOL_FUZZ_SECONDS=60 cargo test --locked --test hostile --test fetch --test files
	@$(PYTHON) tools/aarch64.py
	@.venv/bin/python tools/browser_test.py
	@.venv/bin/python tools/execute.py
	@.venv/bin/python tools/book_test.py
	cargo build --locked
	@.venv-peers/bin/python tools/torchrun_test.py

install: setup ## Put the command in place: make install PREFIX=~/.local [PROFILE=release]
	@$(PYTHON) tools/install.py --prefix "$(PREFIX)" --profile "$(or $(PROFILE),dev)"

lab: setup ## Open the chapters in JupyterLab
	@$(JUPYTER) lab --notebook-dir . $(firstword $(sort $(wildcard notebooks/[0-9][0-9]_*.ipynb)))

kernel-latency: setup ## Measure how long cells take in the real kernel
	@.venv/bin/python tools/latency.py --keep

bench-start: setup ## Measure how light commands start; fails above 30 ms of CPU or 40 MB
	@cargo build --quiet --locked
	@$(PYTHON) benches/start.py --binary "$(or $(CARGO_TARGET_DIR),target)/debug/dvol"

peers: setup
	@$(PYTHON) tools/peers.py

bench-gpu: ## Training steps beside PyTorch on this machine's GPU, after `make setup TORCH=cuda`
	@.venv/bin/python benches/peers/training.py --gpu --rounds $(ROUNDS)
	@$(PYTHON) tools/readme.py

bench-peers: peers ## Speed beside Python's packages (installs them and PyTorch into .venv-peers)
	@.venv-peers/bin/python benches/peers/econometrics.py --rounds $(ROUNDS)
	@.venv-peers/bin/python benches/peers/training.py --rounds $(ROUNDS)
	@$(PYTHON) tools/readme.py
