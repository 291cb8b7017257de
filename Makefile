# `make help` lists what can be done. Each target makes its own virtual environment when there is none,
# or when pyproject.toml has changed. Other Python: `make demo PYTHON=python3.12`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

# Test files are shared out among as many processes as there are cores, four at most, and all that need Neo4j in two
# parts; a server that somebody else started has one graph only. `make test JOBS=0 ARGS='--pdb'` runs them in one process.
JOBS ?= $(if $(DIRECTORY_TEST_NEO4J),0,auto)

# Where the server listens and where the embedded graph is kept: `make demo PORT=8080 FOLDER=/tmp/graph`.
SETTINGS := $(if $(PORT),DIRECTORY_PORT='$(PORT)') $(if $(FOLDER),DIRECTORY_GRAPH='embedded:$(FOLDER)')

.PHONY: help demo serve test neo4j check format bench
.DEFAULT_GOAL := help

help:
	@echo "make demo [PORT=8080] [FOLDER=/tmp/graph]   load the network's published data and serve it"
	@echo "make serve [PORT=8080] [FOLDER=/tmp/graph]  serve what is in the graph, load nothing"
	@echo "make test [ARGS='-k dates']                 run the tests, on both engines"
	@echo "make neo4j                                  fetch the Neo4j of the tests, which do so when they need it"
	@echo "make check                                  format, lint and types"
	@echo "make format                                 put the code in the project's format"
	@echo "make bench                                  measure speed, as ratios"

demo: $(VENV)/.made
	@$(SETTINGS) exec $(BIN)/directory demo $(ARGS)

serve: $(VENV)/.made
	@$(SETTINGS) exec $(BIN)/directory serve $(ARGS)

test: $(VENV)/.made-dev
	@exec $(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 $(ARGS)

neo4j: $(VENV)/.made-dev
	@$(BIN)/python -m tests.neo4j.server

check: $(VENV)/.made-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.made-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.made-dev
	@exec $(BIN)/python -m bench $(ARGS)

$(VENV)/.made: pyproject.toml | $(BIN)/pip
	@echo "Installing what the directory needs in $(VENV) (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q directory graph importers schema
	@touch $@

$(VENV)/.made-dev: pyproject.toml | $(BIN)/pip
	@echo "Installing what the directory and its tests need in $(VENV) (once)..."
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[dev]'
	@touch $(VENV)/.made $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) must be Python 3.11 or newer; name another one: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
