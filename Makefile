# Needs Python 3.11 or newer and make; everything else goes into .venv.

RULESET ?= 2019/city
UNITS   ?= examples/$(subst /,_,$(RULESET))_units.yaml
UNIT    ?=
PYTHON  ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

VENV    := .venv
BIN     := $(VENV)/bin
LIBRARY := $(VENV)/library.stamp
TOOLS   := $(VENV)/tools.stamp
ENGINES := $(VENV)/engines.stamp
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --editable

# A moved tree or a vanished Python leaves the stamps behind; this notices.
SOUND   := $(shell $(BIN)/python -c 'from importlib.util import find_spec as find; assert find("egov_scoring").origin' \
    2>/dev/null && echo yes)

export PYTHONUTF8 = 1

.PHONY: help demo test engines lint format pages bench clean anew
.DELETE_ON_ERROR:

help:  ## Print this list.
	@echo 'make TARGET, where TARGET is one of:'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	    while IFS='|' read -r target text; do printf '  %-8s %s\n' "$$target" "$$text"; done

demo: $(LIBRARY)  ## Score the example units of RULESET (2019/city) and explain one UNIT (the first).
	@$(BIN)/egov-scoring score $(RULESET) $(UNITS)
	@$(BIN)/egov-scoring explain $(RULESET) $(UNITS) $(if $(UNIT),--unit $(UNIT))

test: $(TOOLS)  ## Run all tests, with branch coverage.
	@$(BIN)/python -m pytest --cov

engines: $(ENGINES)  ## Add the drivers of PostgreSQL and Spark, so that the tests use these too.

lint: $(TOOLS)  ## Check style and types.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(TOOLS)  ## Format the code and repair what can be repaired.
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

pages: $(LIBRARY)  ## Make docs/rulesets/ from the rulesets.
	@$(BIN)/egov-scoring pages docs/rulesets --lang zh

bench: $(TOOLS)  ## Measure the speed and print it.
	@$(BIN)/python -m benchmarks

clean:  ## Remove everything that these targets made.
	@rm -rf $(VENV) dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps come last, so that whatever was broken off is made anew.
$(LIBRARY): pyproject.toml $(if $(SOUND),,anew)
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 or newer; name one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'Making $(VENV); this takes a minute, once.'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) '.[author,office]'
	@touch $@

$(TOOLS): $(LIBRARY)
	@echo 'Adding the tools for development to $(VENV).'
	@$(PIP) '.[dev]'
	@touch $@

$(ENGINES): $(TOOLS)
	@echo 'Adding the drivers of PostgreSQL and Spark to $(VENV).'
	@$(PIP) '.[engines]'
	@touch $@
