# `make run` opens the application, `make test` checks everything; both set up what they need the first time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := tui server tests screenshots

.PHONY: run test lint types contracts pytest format bench faults faults-disk faults-servers scale recordings screenshots snapshots wheel clean

run: $(VENV)/.run
	@$(BIN)/python -P -m tui

test: lint types contracts pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.dev
	$(BIN)/basedpyright

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

pytest: $(VENV)/.dev
	$(BIN)/python -m pytest

format: $(VENV)/.dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

faults: $(VENV)/.dev
	$(BIN)/python -m tests.faults $(ROWS)

faults-disk: $(VENV)/.dev
	CALLSCOPE_FAULTS=full $(BIN)/python -m pytest -s tests/store/test_faults.py

scale: $(VENV)/.dev
	$(BIN)/python -m tests.server.scale

faults-servers: $(VENV)/.dev
	CALLSCOPE_FAULTS=full $(BIN)/python -m pytest tests/hosting/test_server_faults.py tests/hosting/test_hostile_bodies.py

recordings: $(VENV)/.dev
	$(BIN)/python -m screenshots.record

screenshots: $(VENV)/.dev
	$(BIN)/python -m screenshots.render

snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest tests/ui -k snapshot --snapshot-update

wheel: $(VENV)/.dev
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Callscope needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "This python3 cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up Callscope (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@$(BIN)/python -m compileall -q tui server
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up the checks (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m compileall -q tui server
	@touch $@ $(VENV)/.run
