# make run    serve http://localhost:8000 with a demo login (PORT=9000 and DATABASE_URL=… work)
# make test   every test, on SQLite and a real PostgreSQL, with the real Better Auth and a real browser
# make quick  linters, types, layers, and the tests of code below HTTP and of pages on SQLite: under a minute
# make check  style, types, layers, templates, models, migrations
# make bench  measure beside Django and FastAPI doing the same (QUICK=1: three minutes instead of fifteen)
# make ready  install what running needs, start nothing
# make lock   choose new versions within the ranges of pyproject.toml
.PHONY: run test quick check lint bench lock ready ready-for-tests
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

run: ready
	@exec $(BIN)/daybook run

PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

test: ready-for-tests
	@$(PYTEST) $(ARGS)

QUICK_TESTS := $(wildcard $(addprefix tests/,domain models services db controllers routes))
quick: lint
	@$(PYTEST) --sqlite-only -m "not load" $(QUICK_TESTS) $(ARGS)

lint: ready-for-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates

check: lint
	@$(BIN)/daybook doctor
	@$(BIN)/python -m tests.schema.checking

bench: ready .venv/.installed-for-tests var/bench-venv/.installed
	@$(BIN)/python -m bench $(if $(filter-out 0,$(QUICK)),--quick) $(ARGS)

ready: .venv/.installed .venv/.node auth/node_modules/.package-lock.json
ready-for-tests: ready .venv/.installed-for-tests packages/testkit/node_modules/.package-lock.json

# One installer does the rest: pip brings uv, uv brings everything else in a second or two.
.venv/.uv: requirements-install.txt
	@command -v $(PYTHON) >/dev/null || { echo "Daybook needs Python 3.11 or newer, and there is no $(PYTHON); make PYTHON=/path/to/python3.11 names one." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Daybook needs Python 3.11 or newer, and $(PYTHON) is older; make PYTHON=/path/to/python3.11 names another." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Daybook needs Python's venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Installing into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-install.txt
	@touch $@

.venv/.installed: .venv/.uv requirements.txt pyproject.toml packages/model-doctor/pyproject.toml
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements.txt
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable . --editable packages/model-doctor
	@touch $@

.venv/.installed-for-tests: .venv/.installed requirements-dev.txt packages/testkit/pyproject.toml
	@echo "Installing what the tests need (once)"
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable packages/testkit
	@touch $@

# The machine's own Node where it is new enough, else one from a wheel.
.venv/.node: .venv/.installed requirements-node.txt
	@$(BIN)/python -m web.auth.node >/dev/null 2>&1 || VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-node.txt
	@$(BIN)/python -m web.auth.node >/dev/null
	@touch $@

auth/node_modules/.package-lock.json: .venv/.node auth/package-lock.json
	@$(BIN)/python -m web.auth.node ci auth
	@touch $@
	@touch $@

# The machine's own Chromium where there is one, else one from npm.
packages/testkit/node_modules/.package-lock.json: .venv/.installed-for-tests .venv/.node packages/testkit/package-lock.json
	@$(BIN)/python -m testkit.chromium
	@touch $@

# The peers keep to themselves, so that Daybook is measured with nothing but its own.
var/bench-venv/.installed: .venv/.uv requirements-bench.txt
	@echo "Installing the peers to measure against (once)"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python var/bench-venv
	@VIRTUAL_ENV="$(CURDIR)/var/bench-venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-bench.txt
	@touch $@

LOCK = VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
lock: .venv/.uv
	@$(LOCK) --group install -o requirements-install.txt
	@$(LOCK) --group node -o requirements-node.txt
	@$(LOCK) pyproject.toml --group build -o requirements.txt
	@$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	@$(LOCK) --group bench -c requirements.txt -o requirements-bench.txt
