# Everything runs in an environment of its own (.venv), made on first use from the pinned requirements.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test unit check format lint types layers quality drafts fuzz benchmark benchmark-crawl benchmark-export benchmark-reparse benchmark-revisions benchmark-search benchmark-stories benchmark-raw docs clean benchmark-store

demo: $(VENV)/.installed ## crawl the three sample sites, export the archive, say what to open
	$(BIN)/python -m samples.demo

# What takes bytes and values and returns values, and the spiders' parts: no process, no server, hardly a file.
UNIT := tests/test_items.py tests/test_settings.py $(addprefix tests/, \
	crawl golden markdown monitoring parsing pipelines revisions search sites spiders stories)

# Hundreds of processes are started, and each would compile the whole program again.
test unit: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/.tested ## all tests
	$(BIN)/python -m pytest $(ARGS)

unit: $(VENV)/.tested ## the tests of the pure parts: seconds
	$(BIN)/python -m pytest $(UNIT) $(ARGS)

check: lint types layers ## all checks that are no tests

format: $(VENV)/.tested ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.tested
	$(BIN)/mypy

layers: $(VENV)/.tested ## who may import whom
	$(BIN)/lint-imports

quality: $(VENV)/.tested ## the parsers' figures on the captured pages, against their floors
	$(BIN)/python -m benchmarks.quality $(ARGS)

fuzz: $(VENV)/.tested ## a hundred thousand damaged pages: some minutes
	$(BIN)/python -m tests.fuzz $(ARGS)

benchmark: $(VENV)/.tested ## the parsers' speed, as ratios
	$(BIN)/python -m benchmarks.parse $(ARGS)

benchmark-crawl: $(VENV)/.tested ## what a crawl costs beside a bare Scrapy; with ARGS="--growth 20000" how that grows
	$(BIN)/python -m benchmarks.crawl $(ARGS)

benchmark-export: $(VENV)/.tested ## what a month's export costs in a store of a million articles; 6 GB of disk, some minutes
	$(BIN)/python -m benchmarks.export $(ARGS)

benchmark-reparse: $(VENV)/.tested ## how fast raw pages are read again, on one core and on two; with ARGS="--memory 100000" in how much memory
	$(BIN)/python -m benchmarks.reparse $(ARGS)

drafts: $(VENV)/.tested ## how many of 200 drafts read well as they stand, by a person's judgement of each
	$(BIN)/python -m benchmarks.drafts $(ARGS)

benchmark-revisions: $(VENV)/.tested ## whether made edits are shown, and what a difference costs
	$(BIN)/python -m benchmarks.revisions $(ARGS)

benchmark-search: $(VENV)/.tested ## whether a search finds what a scan finds, how soon, and what its index costs in a store of a million articles; 12 GB of disk
	$(BIN)/python -m benchmarks.search $(ARGS)

benchmark-stories: $(VENV)/.tested ## whether reprints are found and others kept apart; with ARGS="--stored 1000000" what that costs
	$(BIN)/python -m benchmarks.stories $(ARGS)

benchmark-raw: $(VENV)/.tested ## what revisit records save, and what raw pages cost
	$(BIN)/python -m benchmarks.raw $(ARGS)

benchmark-store: $(VENV)/.tested ## what a SQLite store of a million articles costs; 8 GB of disk, some minutes
	$(BIN)/python -m benchmarks.store $(ARGS)

docs: $(VENV)/.tested ## write the generated parts of docs/
	$(BIN)/python -m docs.generate

clean: ## all that was made here, the demo's archive included
	rm -rf $(VENV) demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# pip before 24 fails on lxml's extras.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("newsarchive needs Python 3.11 or newer; try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"

$(VENV)/.installed: requirements.txt pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.tested: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
