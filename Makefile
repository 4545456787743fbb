# `make run` and `make test` are all that a newcomer needs: each makes its own virtual environment first.
# PYTHON names the interpreter to make it with (3.11 or newer); pip takes its index from the user's own configuration.

VENV := .venv
BIN := $(VENV)/bin
FIND = import sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$each" -c '$(FIND)' >/dev/null 2>&1 && { echo "$$each"; break; }; done)
GROUP = import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")
REPORT ?= contract-suite-report
ARGS ?=

.PHONY: help run test test-all prove lint format reports build clean

help:
	@echo 'make run       hold the embedded mock to all three contracts; the report goes to $(REPORT)/'
	@echo 'make test      the test suite, without the slow tests'
	@echo 'make test-all  the whole test suite'
	@echo 'make prove     plant every fault in the mock, and show that each is found by its own clause'
	@echo 'make lint      ruff, mypy, import-linter, and contract-suite lint'
	@echo 'make format    let ruff format the code'
	@echo 'make reports   make the sample reports under reports/ anew'
	@echo 'make build     wheel and source archive, into dist/'
	@echo 'make clean     remove what the targets above made'
	@echo 'ARGS="..." is passed on: make run ARGS="pai --strict", make test ARGS="-k paging"'

run: $(VENV)/.installed
	$(BIN)/contract-suite run --report $(REPORT) $(ARGS)

test: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto -m 'not slow' $(ARGS)

test-all: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto $(ARGS)

prove: $(VENV)/.installed
	$(BIN)/contract-suite prove $(ARGS)

lint: $(VENV)/.tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/contract-suite lint

format: $(VENV)/.tools
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

reports: $(VENV)/.installed
	$(BIN)/python reports/make.py

build: $(VENV)/.tools
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) $(REPORT) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The marker is written last, so that an installation which was cut short is begun again.
$(VENV)/.installed: pyproject.toml
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed, with its venv module; name it with PYTHON=...' >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '$(FIND)' || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# The tools are a dependency group, which only recent versions of pip can install by name.
$(VENV)/.tools: $(VENV)/.installed
	@$(BIN)/python -c '$(GROUP)' > $(VENV)/tools.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $(VENV)/tools.txt
	@touch $@
