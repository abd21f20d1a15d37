# Everything from a fresh machine: Python 3.11 to 3.14 and make are enough. `make help` lists what there is.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

MEMBERS ?= 100
OUT ?= results/demo

VENV := .venv
PEERS := .venv-peers
STORE := .venv-object-store
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SETUP := pyproject.toml README.md src/qantar/version.py

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/run.done  ## run 100 members of kazakhstan-2022 and print what happened
	@$(BIN)/qantar run kazakhstan-2022 --members $(MEMBERS) --out $(OUT)
	@$(BIN)/qantar report $(OUT)

test: $(VENV)/test.done  ## every check and every test but the slow ones
	@$(MAKE) --no-print-directory --jobs=2 lint kernels
	$(BIN)/pytest -n 2 --dist loadscope -m "not science and not browser"

lint: $(VENV)/test.done  ## style, layers, types
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

kernels: $(VENV)/test.done
	@$(BIN)/python -m tests.kernels

science: $(VENV)/test.done  ## agreement with published findings and with the record (slow)
	$(BIN)/pytest -n 2 --dist loadscope -m science

FIT_BUDGET ?= 20000

fit: $(VENV)/test.done  ## every step of the calibration of kazakhstan-2022, and the figures of docs/fit.md (hours; goes on where it stopped)
	@$(BIN)/qantar calibrate kazakhstan-2022 --step all --step endings --step simulated --budget $(FIT_BUDGET) --figures docs/images/fit

test-browser: $(VENV)/dev.done  ## reports in Chromium; says why where there is none
	$(BIN)/pytest -rs -m browser

test-object-store: $(STORE)/object-store.done  ## results on object storage: against an S3 server on this machine (the first time makes an environment)
	$(STORE)/bin/pytest -rs tests/unit/results/test_remote.py tests/unit/results/test_object_store.py

bench: $(VENV)/run.done  ## speed of one member and of 100, and sizes, measured on this machine
	$(BIN)/python benchmarks/bench.py

bench-peers: $(VENV)/run.done $(PEERS)/peers.done  ## speed beside Mesa, AgentPy, mesa-frames, Starsim (a quarter of an hour of CPU; QUICK=1: minutes)
	$(BIN)/python benchmarks/peers/run.py --python $(PEERS)/bin/python $(if $(QUICK),--quick)

bench-growth: $(VENV)/run.done  ## time and memory against people, places, hours and members
	$(BIN)/python benchmarks/growth.py

fingerprint: $(VENV)/run.done  ## hashes of a few members of both scenarios, to compare before and after an optimisation
	$(BIN)/python benchmarks/fingerprint.py

accuracy: $(VENV)/run.done  ## what classes, an hour's tick and the cutting of cities cost (half an hour; a target too far fails)
	$(BIN)/python benchmarks/accuracy.py classes ticks districts --members 400
	$(BIN)/python benchmarks/accuracy.py orders --members 144
	$(BIN)/python benchmarks/accuracy.py --members 200 --scenario borderland
	$(BIN)/python benchmarks/accuracy.py neighbours --members 400

bench-size: $(VENV)/run.done  ## the size of a fresh installation (slow: it makes one)
	$(BIN)/python benchmarks/bench.py install-size

docs: $(VENV)/dev.done  ## the documentation as a site
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs docs/_build/html
	@echo docs/_build/html/index.html

dev: $(VENV)/dev.done  ## what docs, notebooks and browser tests need

lock: $(VENV)/dev.done  ## pin the requirements again after a change in pyproject.toml
	$(LOCK) --extra dev --output-file requirements/dev.txt
	$(LOCK) --extra test --constraints requirements/dev.txt --output-file requirements/test.txt
	$(LOCK) --constraints requirements/dev.txt --output-file requirements/run.txt
	cp requirements/test.txt requirements/object-store.txt
	$(LOCK) --extra test --extra object-store --output-file requirements/object-store.txt
	$(BIN)/uv pip compile benchmarks/peers/requirements.in --quiet --universal --python-version 3.11 \
		--no-header --no-annotate --no-emit-index-url --output-file benchmarks/peers/requirements.txt

LOCK := $(BIN)/uv pip compile pyproject.toml requirements/build.in --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url

clean:  ## remove what can be made again, but neither results nor the virtual environment
	rm -rf build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- setting up -----------------------------------------------------------------------------------
# A stamp says that the virtual environment holds what a file of requirements pins; it is made again when
# the file changes. The package itself is installed editable: its version in src is the one that runs.

$(VENV)/pip.done:
	@python=$(PYTHON); \
	for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do \
		if [ -z "$$python" ] && $$candidate -c '$(SUITABLE)' 2>/dev/null; then python=$$candidate; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Qantar needs Python 3.11 to 3.14 with its venv module, and found none." >&2; \
		echo "Install one (on Debian or Ubuntu: apt-get install python3 python3-venv) or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$python --version) ($$python)"; \
	$$python -m venv $(VENV)
	@touch $@

SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

$(VENV)/%.done: requirements/%.txt $(SETUP) | $(VENV)/pip.done
	@echo "Installing what requirements/$*.txt pins; the first time takes some minutes"
	@$(PIP) install --require-hashes --requirement requirements/$*.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The client of object stores wants an older python-dateutil than the one that all else is tested with: an environment of its own,
# in which every other package has the version of requirements/test.txt (`make lock` begins with that file).
$(STORE)/object-store.done: requirements/object-store.txt $(SETUP) | $(VENV)/pip.done
	@echo "Installing what requirements/object-store.txt pins; the first time takes some minutes"
	@$(BIN)/python -m venv $(STORE)
	@$(STORE)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement requirements/object-store.txt
	@$(STORE)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

# The libraries that Qantar is timed against; mesa-frames needs a NumPy that has no wheels beyond Python 3.12.
$(PEERS)/peers.done: benchmarks/peers/requirements.txt
	@python=$(PEERS_PYTHON); \
	for candidate in python3.12 python3.11 python3 python; do \
		if [ -z "$$python" ] && $$candidate -c '$(SUITABLE_PEERS)' 2>/dev/null; then python=$$candidate; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "The other libraries need Python 3.11 or 3.12; name one: make bench-peers PEERS_PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	$$python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --requirement benchmarks/peers/requirements.txt
	@touch $@

SUITABLE_PEERS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))

.PHONY: help demo test lint kernels science fit test-browser test-object-store bench bench-peers bench-growth fingerprint accuracy bench-size docs dev lock clean
.PRECIOUS: $(VENV)/%.done
