# Every target makes what it needs first: a fresh clone and `make serve` or `make test` is all it takes.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
KEYS ?= $(HOME)/.openrulebook
DAY ?=
ANEW ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# The environment remembers where it was made, because its commands hold that path. Moved, copied or without its
# Python, it is made again.
STALE := $(shell test -x $(BIN)/python && grep -qxF '$(CURDIR)' $(READY) 2>/dev/null || echo stale)

.PHONY: help setup serve test check bench soak quality promulgate wheel constraints clean stale
.DEFAULT_GOAL := help

help: ## say what can be made (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  PORT=8000 for serve; ARGS=... is handed on to test, bench, soak and quality; PYTHON=python3'
	@echo '  for promulgate: KEYS=~/.openrulebook, DAY=2026-11-23, ANEW=1 to begin the logs anew (before a release only)'

setup: $(READY) ## make .venv with the pinned dependencies (the others do it by themselves)

serve: $(READY) ## evaluate the shipped records, build the website and serve it on PORT
	$(BIN)/rulebook records
	$(BIN)/rulebook serve --port $(PORT)

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(READY) ## style, types, who imports whom, and the policies themselves
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/rulebook check

bench: $(BENCH_READY) ## measure speed, against other engines too
	$(BIN)/python -m bench $(ARGS)

soak: $(READY) ## run for a long time and watch memory and agreement
	$(BIN)/python -m tests.soak $(ARGS)

quality: $(READY) ## measure the built website: weight, links, accessibility
	$(BIN)/python -m tests.quality $(ARGS)

promulgate: $(READY) ## put what is new in the shipped rulebooks into their logs, with demonstration keys in KEYS
	@for book in policies/*/; do \
	  id=$$(basename $$book); key=$(KEYS)/$$id.key; \
	  test -f $$book/rulebook.yaml || continue; \
	  if [ -n "$(ANEW)" ]; then rm -rf $$book/log; fi; \
	  mkdir -p $(KEYS) && { test -f $$key || $(BIN)/rulebook key new --rulebook $$id --demonstration --out $$key; } && \
	  $(BIN)/rulebook promulgate $$id --key $$key $(if $(DAY),--day $(DAY)) || exit 1; \
	done

wheel: $(READY) ## build the wheel into dist/
	$(BIN)/python -m hatchling build --target wheel

clean: ## remove what was built, and .venv
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ----------------------------------------------------------------------------------------------------------------------

# What the operating system must bring: durable-rules is compiled when it is installed.
define NEEDS
import os, shutil, sys, sysconfig
apt = "apt-get install -y gcc python3-dev python3-venv"
if sys.version_info < (3, 11):
    sys.exit("Open Rulebook needs Python 3.11 or newer, and this is %d.%d: name another with make PYTHON=..." % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("Python's venv is missing; on Debian: " + apt)
compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "gcc").split()[0]
if not shutil.which(compiler):
    sys.exit("The C compiler (%s) is missing; on Debian: %s" % (compiler, apt))
if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    sys.exit("Python's C headers (Python.h) are missing; on Debian: " + apt)
endef
export NEEDS

# What builds is installed first and pinned like the rest. Otherwise pip would take the newest setuptools for
# durable-rules, whose setup.py is of 2020.
$(READY): pyproject.toml constraints.txt $(STALE)
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 is missing; on Debian: apt-get install -y gcc python3-dev python3-venv' >&2; exit 1; }
	@$(PYTHON) -c "$$NEEDS"
	@echo 'Installing what is pinned in constraints.txt into $(VENV) (about a minute, only when it changes)'
	@rm -f $(BENCH_READY)
	@$(if $(STALE),$(PYTHON) -m venv --clear $(VENV))
	@$(PIP) hatchling setuptools wheel
	@$(PIP) --no-build-isolation --editable '.[test]'
	@echo '$(CURDIR)' > $@

$(BENCH_READY): $(READY)
	@$(PIP) --no-build-isolation --editable '.[bench]'
	@touch $@

constraints: ## take the newest versions of everything and pin them
	@$(PYTHON) -c "$$NEEDS"
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --upgrade hatchling setuptools wheel
	build/constraints/bin/python -m pip install --quiet --no-build-isolation --editable '.[test,bench]'
	build/constraints/bin/python -m pip list --format freeze --exclude openrulebook --exclude pip > build/installed.txt
	sed -i '/^[^#]/,$$d' constraints.txt
	LC_ALL=C sort --ignore-case --field-separator== --key=1,1 build/installed.txt >> constraints.txt
	rm -rf build/constraints build/installed.txt
