# Two commands do everything: `make demo` and `make test`. Both make .venv on their first run.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
VERSION := import sys; print(*sys.version_info[:2], sep=".")
PAGE := $(shell find indexer/web/page -type f -not -path '*/node_modules/*' 2>/dev/null)

# a Python that is asked for would be ignored where the folder has another
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard $(BIN)/python),)
ifneq ($(shell $(PYTHON) -c '$(VERSION)'),$(shell $(BIN)/python -c '$(VERSION)'))
$(error $(VENV) has another Python than $(PYTHON): name a second folder, as in VENV=.venv-3.13)
endif
endif
endif

# tools that write files and are no part of the product, each with its version
UV := uv==0.13.9
CYCLONEDX := cyclonedx-bom==7.5.0
TOOLS := .venv-tools
LOCKED := --python-version 3.12 --universal --generate-hashes --no-header --quiet
BUILD_NEEDS := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

.PHONY: demo test attack lint format docs lock sbom clean

demo: $(READY)  ## crawl the bundled news sites, index them, serve the search page
	$(BIN)/techwire demo

test: $(READY)  ## all tests; those whose helpers are absent say so
	$(BIN)/python -m pytest

attack: $(READY)  ## every hostile input we know, on loopback; some minutes. SEED=2 tries others
	$(BIN)/python -m tests.attack --seed $(or $(SEED),1)

lint: $(READY)  ## what CI asks of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)  ## what the program tells of itself, then all documents as a website and a manual page
	$(BIN)/python docs/generate.py
	$(BIN)/sphinx-build -q -W docs build/docs
	$(BIN)/sphinx-build -q -W -b man docs build/man

lock: $(TOOLS)/.ready  ## the newest packages that deploy/Dockerfile may install, with their hashes
	$(TOOLS)/bin/uv pip compile pyproject.toml --extra postgres $(LOCKED) --upgrade --output-file deploy/requirements.lock
	$(TOOLS)/bin/python -c '$(BUILD_NEEDS)' | $(TOOLS)/bin/uv pip compile - $(LOCKED) --upgrade --output-file deploy/build.lock

sbom: $(TOOLS)/.ready  ## what the image holds besides techwire, as CycloneDX
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file sbom.cdx.json deploy/requirements.lock

clean:
	rm -rf $(VENV) .venv-* build sbom.cdx.json indexer/web/static indexer/web/page/node_modules .mypy_cache .ruff_cache .pytest_cache

# the packages, and the search page built by the install with the Node it brings along
$(READY): pyproject.toml hatch_build.py $(PAGE)
	@$(PYTHON) -c 'import sys; sys.exit("techwire needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV) || { \
		echo "python's venv module is missing: on Debian run apt-get install python3-venv"; exit 1; }; }
	@echo "installing techwire and building its search page (a minute or two, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(TOOLS)/.ready: Makefile
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check '$(UV)' '$(CYCLONEDX)'
	@touch $@
