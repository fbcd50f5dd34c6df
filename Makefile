# Everything a developer or a CI system runs. Each target sets up .venv by itself, once.
# Needs git, make and Python 3.11 or newer; PYTHON=… names one. Nothing is skipped: a missing tool is an error.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Targets are relative, so a folder with spaces in its name is no trouble.
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
LOCK := $(VENV)/.lock
OSCAL := $(VENV)-oscal/.ready

# A copied or moved .venv still points at the tree it was made in: it is made again.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(shell pwd -P))
.PHONY: $(INSTALLED)
endif

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## Show every command on a repository made for it
	@$(VENV)/bin/answerable demo

check: lint types layers test ## Everything a change must pass

lint: $(READY) ## Style and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(READY) ## Types, strictly
	$(PY) -m mypy

layers: $(READY) ## Code flows downwards only
	$(VENV)/bin/lint-imports --no-logo

# ARGS go to pytest: make test ARGS='tests/domain -x'
test: $(READY) ## All tests
	@git --version >/dev/null
	$(PY) -m pytest -n auto $(ARGS)

format: $(READY) ## Format the code and sort the imports
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

SEEDS ?= 2000
FIRST_SEED ?= 0
soak: $(READY) ## The same tests with thousands of seeds and examples
	ANSWERABLE_PROFILE=soak ANSWERABLE_SEEDS=$(SEEDS) ANSWERABLE_FIRST_SEED=$(FIRST_SEED) \
		$(PY) -m pytest -n auto $(ARGS)

bench: $(READY) ## Measure every claim of speed against its peer or its floor
	@for file in benchmarks/[a-z]*.py; do echo "# $$file"; $(PY) "$$file" || exit; done

oscal: $(READY) $(OSCAL) ## Hold the OSCAL documents of a pack to NIST's models
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
		&& $(VENV)/bin/answerable demo --keep "$$folder/shop" >/dev/null \
		&& $(VENV)/bin/answerable -C "$$folder/shop" audit pack --from 2026 --to 2026 -o "$$folder/pack.zip" >/dev/null \
		&& $(VENV)-oscal/bin/python scripts/check_oscal.py "$$folder/pack.zip"

docs: $(READY) ## Write the reference pages from the code
	$(PY) scripts/reference.py

requirements: $(LOCK) ## Pin the newest versions of all requirements
	@for name in lock dev oscal; do \
		sources="requirements/$$name.in"; \
		if [ $$name = dev ]; then sources="$$sources requirements/build.in pyproject.toml --all-extras"; fi; \
		$(VENV)-lock/bin/uv --no-config pip compile --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-annotate --custom-compile-command "make requirements" \
			--output-file "requirements/$$name.txt" $$sources || exit 1; \
	done

clean: ## Remove everything that was made here
	rm -rf $(VENV) $(VENV)-lock $(VENV)-oscal .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements/dev.txt scripts/find-python
	@python=$$(scripts/find-python) && echo "setting up $(VENV) with $$python" >&2 \
		&& rm -rf $(VENV) && "$$python" -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@pwd -P > $@

$(READY): $(INSTALLED) pyproject.toml
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(LOCK): requirements/lock.txt
	@python=$$(scripts/find-python) && rm -rf $(VENV)-lock && "$$python" -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/lock.txt

$(OSCAL): requirements/oscal.txt
	@python=$$(scripts/find-python) && rm -rf $(VENV)-oscal && "$$python" -m venv $(VENV)-oscal
	@$(VENV)-oscal/bin/python -m pip --quiet --disable-pip-version-check --no-input install --require-hashes -r requirements/oscal.txt
	@touch $@

.PHONY: help demo check lint types layers test format soak bench oscal docs requirements clean
