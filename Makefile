# Everything runs in .venv, which is made on first use and kept up to date.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
DAY := 2026-03-31
EXAMPLE := examples/small-pancreatic-net.json
PYTEST := $(BIN)/python -m pytest --quiet --numprocesses auto --dist loadgroup
# Each commit tries another sample of the long batches.
SEED ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo 0)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: clean demo docs format help lint test test-all test-sample

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.netkg ## derive the plan of an example case
	@$(BIN)/netkg derive $(EXAMPLE) --as-of $(DAY)

lint: $(VENV)/.netkg-test ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tools/format_turtle.py --check
	@$(BIN)/mypy

test: lint ## check style, types, tests and examples in docstrings (minutes)
	@$(PYTEST) -m "not batch"

test-all: lint ## the same with the long batches: owlrl on 1,000 cases, all mutants
	@$(PYTEST)

test-sample: $(VENV)/.netkg-test ## run a sample of the long batches, chosen by SEED
	@$(PYTEST) -m batch --batch-share 0.03 --batch-seed "$(SEED)"

docs: $(VENV)/.netkg-docs ## build the documentation site in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@echo "Open site/index.html in a browser." >&2

format: $(VENV)/.netkg-test ## format the Python and the Turtle
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/python tools/format_turtle.py

clean: ## remove the environment, the site and the files of tools
	@rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist site

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "netkg needs Python 3.11 or newer (set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The package is installed in place, so only a changed pyproject.toml asks for a new installation.
$(VENV)/.netkg: pyproject.toml $(VENV)/.python
	@echo "Installing netkg into $(VENV) ..." >&2
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.netkg-docs: pyproject.toml $(VENV)/.python
	@echo "Installing netkg and its documentation tools into $(VENV) ..." >&2
	@$(PIP) install --editable '.[docs]'
	@touch $@ $(VENV)/.netkg

$(VENV)/.netkg-test: pyproject.toml $(VENV)/.python
	@echo "Installing netkg and its test and documentation tools into $(VENV) ..." >&2
	@$(PIP) install --editable '.[docs,test]'
	@touch $@ $(VENV)/.netkg $(VENV)/.netkg-docs
