# `make demo` and `make test` are all a newcomer needs: Python 3.11 or later, pip and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help demo test abuse coverage lint build bench clean

help:
	@echo "make demo      install into .venv, build the package, play a charging session"
	@echo "make test      install into .venv and run the tests"
	@echo "make abuse     floods, half-open peers and 5,000 connections, against a server of ours"
	@echo "make coverage  whether their own tests reach every branch of the heart of the runtime"
	@echo "make lint      black, ruff, mypy and pyright over everything written by hand"
	@echo "make build     write generated/ocpp21 anew"
	@echo "make bench     measure against peers and floors; writes BENCHMARKS.md"
	@echo "make clean     remove .venv and caches"

demo: $(INSTALLED)
	@$(BIN)/python examples/demo.py
	@$(BIN)/ocppref demo

test: $(INSTALLED)
	@echo "Running the tests: pytest on all cores, about three minutes."
	@$(BIN)/pytest -n auto

abuse: $(INSTALLED)
	@$(BIN)/pytest tests/e2e/abuse

# What is covered, and how much of it has to be, says pyproject.toml.
coverage: $(INSTALLED)
	@$(BIN)/coverage run -m pytest tests/runtime/core tests/runtime/test_routing.py
	@$(BIN)/coverage report

lint: $(INSTALLED)
	@$(BIN)/black --check --quiet . || (echo "black: run '$(BIN)/black .'"; exit 1)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pyright

build: $(INSTALLED)
	@$(BIN)/ocppgen build

bench: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  (echo "Python 3.11 or later is needed; name one with 'make PYTHON=python3.12 ...'"; exit 1)
	@echo "Installing into $(VENV): once, a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
