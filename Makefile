# Every way in. `make demo` and `make test` each do all of their own set-up, on any machine with Python 3.11 or later and make.

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Three workers for two cores: many tests wait for services, processes and browsers.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

export PYTHONUTF8 := 1
# Empty means no: compiled bytecode is kept, or every process would compile a thousand modules anew.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_HTTP_TIMEOUT ?= 180
# uv does not read pip's settings; a mirror named for pip serves uv too.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# A recipe that fails leaves no half-made target behind.
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-long quick check format lock wheel bench up clean

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/.run-installed ## Install what running takes, once

demo: setup ## Land a real grocer's year, train, promote, score, compare: a few minutes on two cores
	$(BIN)/tenure demo

test: $(VENV)/.dev-installed ## Every test
	$(PYTEST)

test-long: $(VENV)/.dev-installed ## The random runs in their whole length, by night
	TENURE_LONG=1 $(PYTEST) tests/property tests/unit/outcomes tests/integration/test_doors_at_one_time.py tests/unit/governance/test_tamper.py \
	  tests/integration/test_score_export.py tests/integration/test_catalogue_accounts.py tests/integration/review/test_openapi.py \
	  tests/integration/test_erasing.py tests/integration/test_canaries.py

quick: $(VENV)/.dev-installed ## Unit and property tests, in a minute
	$(PYTEST) tests/unit tests/property -m "not slow and not browser"

check: $(VENV)/.dev-installed ## Lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy tenure governance

format: $(VENV)/.dev-installed ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-installed ## Speed and prediction quality, as tables
	$(BIN)/python -m benchmarks

up: setup ## Serve the Dagster and MLflow pages and the review room on this machine
	$(BIN)/tenure up

lock: $(BIN)/uv ## Resolve both lock files anew, with the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --extra demo --output-file requirements.lock
	$(LOCK) --upgrade --extra demo --extra dev --constraints requirements.lock --output-file requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock || { echo "A lock file names an address."; exit 1; }

# What an earlier build left would come along.
wheel: setup ## Write dist/tenure-*.whl, to install Tenure without a clone
	@rm -rf build dist
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist .
	@rm -rf build
	@echo "Wrote $$(ls dist/*.whl). Install it with pip, into an environment of its own best."

clean: ## Remove the installation; state in .tenure stays
	rm -rf $(VENV)

$(BIN)/python:
	@set -e; for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    $$python -m venv --clear $(VENV) || { \
	      echo "$$python cannot make virtual environments. Install its venv module (Debian: apt install python3-venv)," \
	           "or name another Python: make PYTHON=/path/to/python"; exit 1; }; \
	    exit 0; \
	  fi; \
	done; \
	echo "Python 3.11 or later is needed; found: $$(python3 --version 2>&1). Install one, or name it: make PYTHON=/path/to/python"; \
	exit 1

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"

# The locks are complete, so either installer may be used without resolving. pip is slower, and the one that reads the
# machine's own pip settings; it takes over where uv cannot be had or finds no way to the packages.
define install
	@echo "Installing $(1) (the first time takes a few minutes)"
	@$(MAKE) --no-print-directory $(BIN)/uv || echo "uv cannot be had; pip installs instead"
	@{ test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); } \
	  || { echo "uv did not install $(1); pip does, which takes longer"; \
	       $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(1); }
endef

$(VENV)/.run-installed: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# A superset of the run lock at equal versions, so the order of the two does not matter.
$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.run-installed
	$(call install,requirements-dev.lock)
	@touch $@
