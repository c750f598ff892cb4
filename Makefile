# Everything runs in .venv, which is made on first use and kept up to date.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
DAY := 2026-03-31
EXAMPLE := examples/small-pancreatic-net.json
PYTEST := $(BIN)/python -m pytest --quiet --numprocesses auto
# What a file of tests makes once, such as the site, is made by one process only.
BY_FILE := --dist loadfile --no-loadscope-reorder
LOCK := requirements-dev.lock
# Each commit tries another sample of the long batches, and other samples of the fuzz harness.
SEED ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo 0)

# How long the fuzz harness tries new samples.
SECONDS ?= 60

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: audit clean demo docs format fuzz help licenses lint lock notebook release test test-all test-sample test-spark

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.netkg ## derive the plan of an example case
	@$(BIN)/netkg derive $(EXAMPLE) --as-of $(DAY)

lint: $(VENV)/.netkg-test ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tools/link_modules.py --check
	@$(BIN)/python tools/format_turtle.py --check
	@$(BIN)/mypy

test: lint ## check style, types, tests (a sample of the slow ones) and docstrings (minutes)
	@$(PYTEST) $(BY_FILE) -m "not batch and not interop and not spark" --batch-share 0.2 --batch-seed "$(SEED)"

test-all: lint $(VENV)/.netkg-interop ## the same with tools of others and the long batches
	@$(PYTEST) -m "not spark"

test-sample: $(VENV)/.netkg-interop ## run tools of others, and a sample of the long batches, chosen by SEED
	@$(PYTEST) $(BY_FILE) -m "batch or interop" --batch-share 0.004 --batch-seed "$(SEED)"

test-spark: $(VENV)/.netkg-spark ## run cohorts on Spark (needs Java)
	@$(BIN)/python -m pytest --quiet -m spark tests/test_cohort_spark.py

fuzz: $(VENV)/.netkg-test ## try random inputs for SECONDS, chosen by SEED
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed "$(SEED)"

docs: $(VENV)/.netkg-docs ## build the documentation site in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@echo "Open site/index.html in a browser." >&2

format: $(VENV)/.netkg-test ## format the Python and the Turtle, and write the imports of modules
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/python tools/link_modules.py
	@$(BIN)/python tools/format_turtle.py

notebook: $(VENV)/.netkg-test ## run the notebook of the examples, and write its outputs
	@$(BIN)/python tools/run_notebook.py

release: $(VENV)/.netkg ## write the ontology as one file per format, described, in dist/
	@$(BIN)/netkg export --ontology --out dist

lock: $(VENV)/.netkg-maintenance ## choose the versions of all packages again
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --upgrade --no-annotate --custom-compile-command "make lock" --quiet --output-file $(LOCK)

licenses: $(VENV)/.netkg-test ## list the licenses of the packages that netkg needs
	@$(BIN)/python tools/licenses.py

audit: $(VENV)/.netkg-maintenance ## look for known vulnerabilities of the locked packages
	@$(BIN)/python tools/audit.py $(LOCK)

clean: ## remove the environment, the site and the files of tools
	@rm -rf $(VENV) tests/interop/node_modules .fuzz .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist site

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "netkg needs Python 3.11 or newer (set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The package is installed in place, so only a changed pyproject.toml or lock file asks for a
# new installation. Its dependencies have the versions of the lock file, so that a check that
# passes here passes elsewhere.
INSTALL = $(PIP) install --constraint $(LOCK) --editable

$(VENV)/.netkg: pyproject.toml $(LOCK) $(VENV)/.python
	@echo "Installing netkg into $(VENV) ..." >&2
	@$(INSTALL) .
	@touch $@

$(VENV)/.netkg-docs: pyproject.toml $(LOCK) $(VENV)/.python
	@echo "Installing netkg and its documentation tools into $(VENV) ..." >&2
	@$(INSTALL) '.[docs]'
	@touch $@ $(VENV)/.netkg

$(VENV)/.netkg-test: pyproject.toml $(LOCK) $(VENV)/.python
	@echo "Installing netkg and its test and documentation tools into $(VENV) ..." >&2
	@$(INSTALL) '.[docs,test]'
	@touch $@ $(VENV)/.netkg $(VENV)/.netkg-docs

# The tools in Python and JavaScript that the tests read with what netkg writes.
$(VENV)/.netkg-interop: tests/interop/package-lock.json tests/interop/sssom.txt $(VENV)/.netkg-test
	@echo "Installing the tools of others ..." >&2
	@$(INSTALL) '.[docs,interop,test]'
	@$(PYTHON) -m venv --clear $(VENV)/sssom  # it brings readers of RDF that replace others
	@$(VENV)/sssom/bin/python -m pip -qq --disable-pip-version-check install --requirement tests/interop/sssom.txt
	@cd tests/interop && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(VENV)/.netkg-spark: $(VENV)/.netkg-test
	@echo "Installing Spark ..." >&2
	@$(INSTALL) '.[docs,spark,test]'
	@touch $@

# The lock file is what these tools write, so they do not depend on it.
$(VENV)/.netkg-maintenance: pyproject.toml $(VENV)/.python
	@echo "Installing the tools for the packages that netkg needs into $(VENV) ..." >&2
	@$(PIP) install --editable '.[maintenance]'
	@touch $@
