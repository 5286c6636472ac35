# One command each; CI calls the same targets. `make` alone lists them.

# The first interpreter that is new enough; `make PYTHON=/path/to/python3.12 setup` takes another.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
VERSION := import sys; print("Python " + sys.version.split()[0])
PYTHON ?= $(shell for candidate in $(CANDIDATES); do \
	if $$candidate -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$candidate; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CLIENTS := tests/clients
CLIENTS_INSTALLED := $(CLIENTS)/node_modules/.installed
NODE_NEW_ENOUGH := process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)
DEMO := PEERSCORE_DATABASE_URL=$${PEERSCORE_DATABASE_URL:-sqlite:///var/demo.sqlite3}
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock"

.PHONY: help setup demo dev test check schema lock benchmark clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) $(CLIENTS_INSTALLED) ## Create .venv and install everything (the other targets install what they need by themselves)

$(INSTALLED): requirements-dev.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Peerscore needs Python 3.11 or newer, and none was found: install it, or name it with make PYTHON=/path/to/python3.12" >&2; \
		exit 1; fi
	@$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		found=$$($(PYTHON) -c '$(VERSION)' 2>/dev/null || echo "no Python that runs"); \
		echo "Peerscore needs Python 3.11 or newer, and $(PYTHON) is $$found: name another with make PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again." >&2; \
		exit 1; }
	@echo "Installing into $(VENV); the first time this takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --require-hashes --requirement requirements-dev.txt > $(VENV)/install.log 2>&1 || { \
		echo "The packages could not be installed: is there a network connection? What pip said is in $(VENV)/install.log." >&2; \
		exit 1; }
	@$(BIN)/python -m pip install --no-deps --no-build-isolation --editable . > $(VENV)/install.log 2>&1 || { \
		echo "Peerscore itself could not be installed into $(VENV); what pip said is in $(VENV)/install.log." >&2; \
		exit 1; }
	@touch $(INSTALLED)

# The tests subscribe with clients for JavaScript; nothing else needs Node.
$(CLIENTS_INSTALLED): $(CLIENTS)/package.json $(CLIENTS)/package-lock.json $(CLIENTS)/.npmrc
	@node --eval '$(NODE_NEW_ENOUGH)' 2>/dev/null || { \
		if found=$$(node --version 2>/dev/null); then found="node is $$found"; else found="none was found"; fi; \
		echo "The tests need Node.js 20 or newer, and $$found: install it (nothing else needs it) and try again." >&2; \
		exit 1; }
	@npm --version > /dev/null 2>&1 || { \
		echo "The tests need npm, which is a package of its own on some systems (on Debian and Ubuntu: apt install npm): install it and try again." >&2; \
		exit 1; }
	@npm ci --prefix $(CLIENTS) --no-audit --no-fund > $(CLIENTS)/npm.log 2>&1 || { \
		echo "The JavaScript packages could not be installed: is there a network connection? What npm said is in $(CLIENTS)/npm.log." >&2; \
		exit 1; }
	@touch $(CLIENTS_INSTALLED)

demo: $(INSTALLED) ## Serve the real catalogue with 20,000 simulated ratings on http://127.0.0.1:8000
	@mkdir -p var
	@$(DEMO) $(BIN)/peerscore serve --demo

dev: $(INSTALLED) ## Serve the demo's database (make demo fills it), and start again whenever the code changes
	@mkdir -p var
	@$(DEMO) $(BIN)/uvicorn graph.app:create_app --factory --reload --timeout-graceful-shutdown 1 --port $${PEERSCORE_PORT:-8000} \
		--reload-dir graph --reload-dir models --reload-dir resolvers --reload-dir scoring

# Each process gets one part of the tests, in their order, which is that of the databases, and what the slowest have left:
# so most processes prepare what one database needs, and none waits at the end.
test: setup ## Run all tests on SQLite and PostgreSQL, on all processors, with coverage
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal --cov

check: $(INSTALLED) ## Lint, formatting, types, import rules and whether schema.graphql is up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/peerscore schema | diff schema.graphql - || { \
		echo "schema.graphql is not what the code says: run make schema and look at the difference." >&2; exit 1; }

schema: $(INSTALLED) ## Write schema.graphql
	@$(BIN)/peerscore schema --output schema.graphql

lock: setup ## Look for newer versions of all dependencies and write the lock files
	@$(BIN)/python -m pip install --quiet uv
	@$(COMPILE) --upgrade --output-file requirements.txt
	@$(COMPILE) --upgrade --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@npm update --prefix $(CLIENTS) --package-lock-only --no-audit --no-fund

benchmark: $(INSTALLED) ## Measure import and queries on a million simulated ratings
	@$(BIN)/python -m benchmarks

clean: ## Remove the environment and everything that the tools wrote, but not the databases in var/
	@rm -rf $(VENV) $(CLIENTS)/node_modules $(CLIENTS)/npm.log .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
