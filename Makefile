# Everything a checkout can do; needs Python 3.11 or newer and make, nothing else. `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
APT := DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends
UV ?= uv
LOCK := $(UV) pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-emit-index-url --quiet

# The first interpreter that runs, is new enough and can make a virtual environment. A name on the path is no proof:
# version managers put one there for every version they know.
FIND_PYTHON := for p in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; p=; done

.DEFAULT_GOAL := help
.PHONY: help setup playground test bench chaos soak postgres chromium lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.installed ## Make .venv with what the bot needs, from the lock

playground: setup ## Try the bot in the browser: no Slack and no key needed
	@$(BIN)/imagine-bot playground

test: $(VENV)/.installed-tests postgres chromium ## Check format, lint, types and imports, and run every test
	$(BIN)/ruff format --check bot tests
	$(BIN)/ruff check bot tests
	$(BIN)/mypy --strict bot tests
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses 5 --dist worksteal --durations 20

bench: $(VENV)/.installed-tests postgres ## Measure speed and size, beside the floor; writes docs/benchmarks.md
	$(BIN)/python -m tests.bench

# Tests on Postgres start a server of their own where its package is installed, and say so where they are skipped.
postgres:
	@if [ -z "$$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] && ! command -v initdb >/dev/null \
		&& command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Postgres for the tests"; \
		{ apt-get update --quiet && $(APT) postgresql; } \
			>/dev/null 2>&1 || echo "Postgres could not be installed: its tests will be skipped." >&2; fi

# The shell is Chromium without a window to draw: half the processor time.
chromium:
	@if ! command -v chromium-headless-shell >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium for the browser tests"; \
		{ apt-get update --quiet; $(APT) chromium-headless-shell || $(APT) chromium; } \
			>/dev/null 2>&1 || echo "Chromium could not be installed: the browser tests may be skipped." >&2; fi

soak: $(VENV)/.installed-tests ## Half an hour at the image service's limit: memory has to stay flat
	$(BIN)/python -m tests.bench.soak

chaos: $(VENV)/.installed-tests postgres ## Kill, freeze and starve the bot for minutes, then balance the books
	$(BIN)/python -m tests.chaos

lock: ## Make both lock files anew from pyproject.toml; needs uv
	@command -v $(UV) >/dev/null || { echo "make lock needs uv; install it, or give its path: make lock UV=…" >&2; exit 1; }
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group test --constraint requirements.lock --output-file requirements-test.lock

clean: ## Remove .venv and every cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist

$(BIN)/python:
	@$(FIND_PYTHON); \
	[ -n "$$p" ] || { echo "Python 3.11 or newer with its venv module is needed and was not found." >&2; \
		echo "Install it (Debian and Ubuntu: python3 and python3-venv), or name it: make setup PYTHON=/path/to/python3" >&2; \
		exit 1; }; \
	echo "Making $(VENV) with $$("$$p" --version)"; "$$p" -m venv $(VENV)

# --no-deps and --no-build-isolation: the project itself is installed with the locked build tool and fetches nothing.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock names"
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-tests: requirements-test.lock $(VENV)/.installed
	@echo "Installing what requirements-test.lock names"
	@$(PIP) --require-hashes --requirement requirements-test.lock
	@touch $@
