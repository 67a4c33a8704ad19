# Talstimme: `make demo` and `make test` set everything up themselves.
PYTHON ?= python3
UV_VERSION = 0.13.9
BIN = .venv/bin
export UV_NO_PROGRESS = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check bench chaos lock

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

setup: .venv/runtime  ## make .venv with what running needs
setup-dev: .venv/development  ## … and what tests need

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Talstimme needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m compileall -q bot desk nlp storage
	@touch $@

.venv/development: requirements-dev.lock .venv/runtime
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/runtime  ## run everything on this machine, without any token
	@$(BIN)/talstimme demo

test: .venv/development  ## run all tests, on every core
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: .venv/development  ## style, types, import contracts, content
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary bot desk nlp storage tests
	@$(BIN)/lint-imports --no-cache > .lint-imports.log 2>&1 || { cat .lint-imports.log; exit 1; }
	@$(BIN)/talstimme check

bench: .venv/development  ## measure, side by side, on this machine
	@$(BIN)/python -m tests.bench

chaos: .venv/development  ## fifty kill -9 while twenty citizens talk, a hundred during an announcement
	@CHAOS_KILLS=50 $(BIN)/python -m pytest -s tests/acceptance/test_chaos.py
	@BROADCAST_KILLS=100 $(BIN)/python -m pytest -s tests/acceptance/test_broadcast_chaos.py

lock:  ## pin the newest allowed versions
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev -o requirements-dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -c requirements-dev.lock -o requirements.lock
