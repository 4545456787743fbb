# `make install`, `make run` and `make test` are all that a newcomer needs: each makes its own virtual environment first.
# PYTHON names the interpreter to make it with (3.11 or newer); pip takes its index from the user's own configuration.

VENV := .venv
BIN := $(VENV)/bin
FIND = import sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$each" -c '$(FIND)' >/dev/null 2>&1 && { echo "$$each"; break; }; done)
NEWER = import sys, venv; sys.exit(sys.version_info < (3, 12))
NEWEST ?= $(shell for each in python3.15 python3.14 python3.13 python3.12 \
	$$(ls -d "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.[0-9]*/bin/python 2>/dev/null | sort -rV); do \
	"$$each" -c '$(NEWER)' >/dev/null 2>&1 && { echo "$$each"; break; }; done)
PIP := python -m pip install --quiet --disable-pip-version-check
# Versions and hashes come from requirements/; `make LOCK= …` takes the newest that pyproject.toml allows instead.
LOCK ?= yes
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
# Containers often ask Python to keep no compiled modules, and then each of the tests' many processes compiles all of them again.
unexport PYTHONDONTWRITEBYTECODE
REPORT ?= contract-suite-report
ARGS ?=

.PHONY: help install run test test-longer test-slow test-all hostile test-lowest test-newest coverage mutants prove docs lint lock format reports build clean

help:
	@echo 'make install   contract-suite and what it needs, into $(VENV)/'
	@echo 'make run       test the embedded mock against all three contracts; the report goes to $(REPORT)/'
	@echo 'make test      the test suite, without the slow tests'
	@echo 'make test-longer  the tests that take more than half a second each'
	@echo 'make test-slow  the slow tests alone; SHARE=1/16 takes a share of those marked matrix'
	@echo 'make test-all  the whole test suite'
	@echo 'make hostile   runs before endpoints that fail, refuse, limit, hang and lie, at every exchange'
	@echo 'make coverage  the same, and whether each room keeps its branch coverage'
	@echo 'make test-lowest  the same, with each dependency at the lowest version allowed'
	@echo 'make test-newest  the whole test suite under the newest Python of this machine'
	@echo 'make mutants   plant small mistakes in our own code, and show which ones no test notices'
	@echo 'make prove     plant every fault in the mock, and show that each is found by its own clause'
	@echo 'make docs      build the documentation site into build/docs, and do what its pages say'
	@echo 'make lint      ruff, mypy, import-linter, and contract-suite lint'
	@echo 'make lock      choose the versions in requirements/ anew; UPGRADE=--upgrade for the newest'
	@echo 'make format    let ruff format the code'
	@echo 'make reports   make the sample reports under reports/ anew'
	@echo 'make build     wheel and source archive, into dist/'
	@echo 'make clean     remove what the targets above made'
	@echo 'ARGS="..." is passed on: make run ARGS="pai --strict", make test ARGS="-k paging"'

install: $(VENV)/.installed

run: $(VENV)/.installed
	$(BIN)/contract-suite run --report $(REPORT) $(ARGS)

test: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist worksteal -m 'not slow' $(ARGS)

test-longer: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist worksteal -m longer $(ARGS)

test-slow: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow $(ARGS)

test-all: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

hostile: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist worksteal tests/hostile $(ARGS)

coverage: $(VENV)/.tools
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist worksteal -m 'not slow or longer' $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet -o .coverage.json
	$(BIN)/python tests/coverage/rooms.py .coverage.json

test-lowest: $(VENV)-lowest/.tools
	$(VENV)-lowest/bin/python -m pytest -n auto --dist worksteal -m 'not slow' $(ARGS)

test-newest: $(VENV)-newest/.tools
	$(VENV)-newest/bin/python -m pytest -n auto --dist worksteal $(ARGS)

mutants: $(VENV)/.tools
	$(BIN)/python -m tests.mutation.run $(ARGS)

prove: $(VENV)/.installed
	$(BIN)/contract-suite prove $(ARGS)

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/docs
	$(BIN)/python -m pytest -n auto --dist worksteal tests/docs $(ARGS)
	@echo 'The site begins at build/docs/index.html'

lint: $(VENV)/.tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	cd benchmarks/servers/families && $(CURDIR)/$(BIN)/mypy --config-file= --strict --cache-dir=$(CURDIR)/.mypy_cache/families .
	cd benchmarks/servers/services && $(CURDIR)/$(BIN)/mypy --config-file= --strict --cache-dir=$(CURDIR)/.mypy_cache/services .
	$(BIN)/lint-imports
	$(BIN)/contract-suite lint

lock: $(VENV)/.tools
	$(BIN)/$(PIP) uv
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --constraint requirements/dev.txt --output-file requirements/run.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --group docs --constraint requirements/dev.txt --output-file requirements/docs.txt
	$(COMPILE) $(UPGRADE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt

format: $(VENV)/.tools
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

reports: $(VENV)/.installed
	$(BIN)/python reports/make.py

build: $(VENV)/.tools
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest $(REPORT) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* .mutation

# The marker is written last, so that an installation which was cut short is begun again.
$(VENV)/.installed: pyproject.toml requirements/run.txt
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed, with its venv module; name it with PYTHON=...' >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '$(FIND)' || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	$(if $(LOCK),$(BIN)/$(PIP) --require-hashes --requirement requirements/run.txt)
	$(BIN)/$(PIP) --editable .
	@$(BIN)/python -m compileall -q contract_suite
	@touch $@

$(VENV)/.tools: $(VENV)/.installed requirements/dev.txt
	@$(BIN)/python tests/packaging/requirements.py dev > $(VENV)/tools.txt
	$(if $(LOCK),$(BIN)/$(PIP) --require-hashes --requirement requirements/dev.txt)
	$(BIN)/$(PIP) --requirement $(VENV)/tools.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.tools requirements/docs.txt
	@$(BIN)/python tests/packaging/requirements.py docs > $(VENV)/docs.txt
	$(if $(LOCK),$(BIN)/$(PIP) --require-hashes --requirement requirements/docs.txt)
	$(BIN)/$(PIP) --requirement $(VENV)/docs.txt
	@touch $@

$(VENV)-lowest/.tools: $(VENV)/.tools
	rm -rf $(VENV)-lowest && $(PYTHON) -m venv $(VENV)-lowest
	@$(BIN)/python tests/packaging/requirements.py test > $(VENV)-lowest/tools.txt
	@$(BIN)/python tests/packaging/requirements.py floors > $(VENV)-lowest/floors.txt
	$(VENV)-lowest/bin/$(PIP) --constraint $(VENV)-lowest/floors.txt --requirement $(VENV)-lowest/tools.txt --editable .
	@touch $@

$(VENV)-newest/.tools: $(VENV)/.tools
	@test -n '$(NEWEST)' || echo 'NO PYTHON NEWER THAN 3.11 WAS FOUND: the tests run under $(PYTHON); name another with NEWEST=...' >&2
	rm -rf $(VENV)-newest && $(or $(NEWEST),$(PYTHON)) -m venv $(VENV)-newest
	@$(BIN)/python tests/packaging/requirements.py test > $(VENV)-newest/tools.txt
	$(if $(LOCK),$(VENV)-newest/bin/$(PIP) --require-hashes --requirement requirements/dev.txt)
	$(VENV)-newest/bin/$(PIP) --requirement $(VENV)-newest/tools.txt --editable .
	@touch $@
