# make run    start Daybook at http://localhost:8000 with a demo login; reads PORT, DATABASE_URL and the other variables
# make test   run all tests on SQLite and PostgreSQL, with Better Auth and Chromium; ARGS="-k search" goes to pytest
# make quick  lint, check types and layers, run the fast tests on SQLite: the inner loop, about a minute
# make check  lint, check types, import layers, templates, models and migrations, look for secrets
# make hostile  attack Daybook and break what it depends on, about two hours, and print a table; HOSTILE=1 is short
# make sbom   print the software bill of materials (CycloneDX); FILE=sbom.json writes it
# make audit  look for secrets in every commit, and for known holes in dependencies
# make bench  compare with Django and FastAPI, about 15 minutes; QUICK=1 takes three
# make ready  install what Daybook needs, start nothing
# make lock   update the lock files within the version ranges of pyproject.toml
.PHONY: run test quick check lint hostile sbom audit bench lock ready ready-for-tests
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
# Without bytecode each start of a process compiles all modules again, which takes longer than the rest of the start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin

run: ready
	@exec $(BIN)/daybook run

PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

test: ready-for-tests
	@$(PYTEST) $(ARGS)

QUICK_TESTS := $(wildcard $(addprefix tests/,domain models services db routes))
quick: lint
	@$(PYTEST) --sqlite-only -m "not load" $(QUICK_TESTS) $(ARGS)

# One after another, so that each has the machine to itself. docs/security.md quotes the table.
hostile: export HOSTILE ?= 10
hostile: ready-for-tests
	@$(BIN)/python -m pytest -n 0 tests/hostile tests/system/test_stored_payloads.py $(ARGS)

sbom: .venv/.installed-for-tests
	@$(BIN)/python -m tests.supply.sbom $(FILE)

# Where the service does not answer, the audit is skipped, and says how much was not judged.
audit: .venv/.installed-for-tests
	@$(BIN)/python -m tests.supply.secrets --history
	@$(BIN)/python -m tests.supply.audit

lint: ready-for-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates

check: lint
	@$(BIN)/daybook doctor
	@$(BIN)/python -m tests.schema.checking
	@$(BIN)/python -m tests.words
	@$(BIN)/python -m tests.supply.secrets

bench: ready .venv/.installed-for-tests var/bench-venv/.installed
	@$(BIN)/python -m bench $(if $(filter-out 0,$(QUICK)),--quick) $(ARGS)

ready: .venv/.installed .venv/.node auth/node_modules/.package-lock.json
ready-for-tests: ready .venv/.installed-for-tests packages/testkit/node_modules/.package-lock.json

# pip installs uv; uv installs everything else.
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
	@echo "Installing the test dependencies (once)"
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable packages/testkit
	@touch $@

# Uses the Node on PATH if it is new enough, otherwise installs one from a wheel.
.venv/.node: .venv/.installed requirements-node.txt
	@$(BIN)/python -m web.auth.node >/dev/null 2>&1 || VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-node.txt
	@$(BIN)/python -m web.auth.node >/dev/null
	@touch $@

auth/node_modules/.package-lock.json: .venv/.node auth/package-lock.json
	@$(BIN)/python -m web.auth.node ci auth
	@touch $@

# Uses an installed Chromium if there is one, otherwise installs one from npm.
packages/testkit/node_modules/.package-lock.json: .venv/.installed-for-tests .venv/.node packages/testkit/package-lock.json packages/testkit/testkit/chromium.py
	@$(BIN)/python -m testkit.chromium
	@touch $@

# The frameworks that the benchmark compares with live in an environment of their own, apart from Daybook's.
var/bench-venv/.installed: .venv/.uv requirements-bench.txt
	@echo "Installing the frameworks to compare with (once)"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python var/bench-venv
	@VIRTUAL_ENV="$(CURDIR)/var/bench-venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements-bench.txt
	@touch $@

LOCK = VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
# The environments that the tests of model-doctor build; SQLAlchemy 2.1 needs Python 3.11.
DOCTOR = packages/model-doctor/tests/environments
lock: .venv/.uv
	@$(LOCK) --group install -o requirements-install.txt
	@$(LOCK) --group node -o requirements-node.txt
	@$(LOCK) pyproject.toml --group build -o requirements.txt
	@$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	@$(LOCK) --group bench -c requirements.txt -o requirements-bench.txt
	@for name in oldest oldest-sqlmodel story newest-2.0 newest-2.0-sqlmodel; do \
		$(subst 3.11,3.10,$(LOCK)) $(DOCTOR)/$$name.in -o $(DOCTOR)/$$name.txt; done
	@for name in 2.1 2.1-sqlmodel; do $(LOCK) $(DOCTOR)/$$name.in -o $(DOCTOR)/$$name.txt; done
