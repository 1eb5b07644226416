# The two commands are `make run` and `make test`. `make help` lists the rest.

# PYTHON=/path/to/python3.12 chooses one; without it the first that is new enough is taken.
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
BIN := .venv/bin
DEPS := .venv-deps
# Two cores have room for four: tests of running processes wait most of their time.
WORKERS := 4
# Hashes of every platform's files, for every Python from 3.11 on, and no address of any index.
COMPILE := $(DEPS)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(DEPSFLAGS)

.DEFAULT_GOAL := help
.PHONY: help run test check bench lint format types deps clean environment test-environment

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment ## start the whole product with two demo hotels; Ctrl-C stops it
	@exec $(BIN)/python -m inbox.supervisor

test: test-environment ## check style and types, then run every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(WORKERS) --durations=20

check: test-environment ## check style and types, and run the unit tests that a change can touch
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.stack.touched $(if $(SINCE),--since $(SINCE))

bench: test-environment ## measure intake and the live path, on this machine alone
	$(BIN)/python -m tests.bench

lint: test-environment ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: test-environment ## put the code in its one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

deps: environment ## pin the packages anew (DEPSFLAGS=--upgrade takes newer ones)
	@test -x $(DEPS)/bin/uv || { $(BIN)/python -m venv $(DEPS) && $(DEPS)/bin/pip install --quiet uv; }
	$(COMPILE) requirements.in -o requirements.txt
	cd tests && ../$(COMPILE) requirements.in -o requirements.txt

clean: ## remove what the commands made, but never the data in instance/
	rm -rf .venv $(DEPS) .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(call with_python,requirements.txt)

test-environment:
	@$(call with_python,requirements.txt tests/requirements.txt)
	@$(BIN)/python -m tests.stack.chromium
	@$(BIN)/python -m tests.stack.postgres

# Runs the bootstrap, which makes .venv, with the first Python that is new enough.
define with_python
for python in $(PYTHONS); do \
  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    exec $$python inbox/supervisor/bootstrap.py $(1); \
  fi; \
done; \
found=$$($(firstword $(PYTHONS)) -c 'import sys; print(sys.version.split()[0])' 2>/dev/null) || found=none; \
echo "Lobby needs Python 3.11 or newer; found $$found. Install it or run: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.12" >&2; \
exit 1
endef
