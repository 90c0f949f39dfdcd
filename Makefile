# Every target sets up what it needs; `make setup` costs nothing the second time.
PYTHON ?= python3
DIR    ?= .
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.setup-stamp
# pyright looks for the packages to verify with the python that comes first on the path.
VERIFY := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright --ignoreexternal --verifytypes
# Test processes: four for each core, because most of the time a test waits; never more than 8, where a quota hides cores.
JOBS   ?= $(shell $(PYTHON) -c 'import os; print(min(4 * (os.cpu_count() or 1), 8))')
# Images of containers often forbid byte code. Without it, each of the hundreds of processes that tests start compiles
# everything anew, which is two thirds of all the work.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test browser page-shots alone check lint prose mypy pyright verify checkers imports generate generate-check update-specs contracts lock docs bench \
	soak congruence mutants matrix dist format clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(STAMP)  ## make .venv with all that development needs

$(STAMP): pyproject.toml generator/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group dev -e '.[embedded,page]' -e generator
	@touch $@

demo: setup  ## survey the files of a folder with an embedded engine: make demo DIR=…
	@$(BIN)/python -m examples.survey "$(DIR)"

test: setup  ## all tests, on the embedded engine, in random order: make test [JOBS=4] [ARGS="tests/unit --randomly-seed=1"]
	$(BIN)/python -m pytest -p tests.processes --processes $(JOBS) -m "not checkers" $(ARGS)

# The browser is the system's: playwright's own is never fetched.
browser:  ## install a browser for the tests of the page, where there is none (Debian, as root)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; }

page-shots: setup  ## pictures of the page's views, in build/page/: light, dark and narrow
	$(BIN)/python -m tests.page.shots build/page

alone: setup  ## each test file in a process of its own: make alone [ARGS="tests/unit"]
	@$(BIN)/python -m tests.alone --jobs $(JOBS) $(ARGS)

check: lint prose imports generate-check mypy pyright verify checkers  ## what CI adds to the tests; side by side with make -j2 check

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

# Its checks of spaces, quotes and repeated words take code for prose, so that .proselintrc.json turns them off.
prose: setup
	$(BIN)/proselint check --config .proselintrc.json README.md CONTRIBUTING.md SECURITY.md docs/*.md

mypy: setup
	$(BIN)/mypy hatchet generated/hatchet_api codegen generator/src generator/tests docsite tests examples

pyright: setup
	$(BIN)/pyright --pythonpath $(BIN)/python

verify: setup
	$(VERIFY) hatchet
	$(VERIFY) hatchet_api

checkers: setup  ## what five type checkers say of applications and of all that the generator makes
	$(BIN)/python -m pytest -p tests.processes --processes 2 -q -m checkers tests/typing generator/tests

imports: setup
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	cd generator && ../$(BIN)/deptry src

generate: setup  ## specs/ → generated/
	$(BIN)/python -m codegen

generate-check: setup  ## fail when generated/ is not what specs/ give
	$(BIN)/python -m codegen --check

lock: setup  ## accept a changed spec: renew specs/LOCK.toml
	$(BIN)/python -m codegen lock

update-specs: setup  ## take a contracts folder of the engine: make update-specs FROM=… [ENGINE=v…] [DRY=1] [DROP=1]
	$(BIN)/python -m codegen update-specs $(FROM) $(if $(ENGINE),--describes $(ENGINE)) $(if $(DRY),--dry-run) $(if $(DROP),--drop-lost)

contracts: setup  ## the same in a copy, with all that must hold then: make contracts FROM=… ENGINE=v… [ARGS="--tests tests/unit"]
	@$(BIN)/python -m tests.contracts $(FROM) --engine $(ENGINE) $(ARGS)

# The tools announce their successors at each build; docs/decisions/0082-the-site.md says what comes of that.
# Not --quiet: it hides warnings from --strict, too.
docs: setup  ## the site, in build/site: strict, nothing asked of other machines
	@mkdir -p build
	@NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true PYTHONPATH=.:generated $(BIN)/mkdocs build > build/docs.log 2>&1 \
		|| { grep -v INFO build/docs.log; exit 1; }

bench: setup  ## figures of this machine, each beside its floor; ARGS=peers: beside other task queues
	@$(BIN)/python -m tests.bench $(ARGS)

soak: setup  ## kill engine and workers under load and count what was lost or done twice; ARGS="--rounds 20 --tasks 500", ARGS="durable --tasks 200 --kills 5"
	@$(BIN)/python -m tests.soak $(ARGS)
	@DURABLE_SCHEDULES=2500 SOAK_TASKS=20000 GROWTH_TIMES=1000 FUZZ_CASES=200 EXPLORE_TIMES=1000 $(BIN)/python -m pytest -q \
		-p tests.processes --processes $(JOBS) --timeout 900 tests/engine/rules/test_durable_schedules.py tests/unit/context/test_durable_schedules.py \
		tests/e2e/test_soak.py tests/worker/test_growth.py tests/fuzz/test_rest.py tests/testing/test_explore.py
	@HATCHET_EXPLORE_RUNS=200 $(BIN)/python -m pytest -q -p tests.processes --processes $(JOBS) --timeout 900 tests/worker/test_explored.py

congruence: setup  ## random programs on the embedded engine and on that of HATCHET_CLIENT_*: make congruence [ARGS="--seeds 300 --keep"]
	$(BIN)/python -m tests.congruence $(ARGS)

mutants: setup  ## random faults in the code, and how many of them the tests notice: make mutants [N=150] [PATHS=hatchet/worker] [ARGS="--seed 1"]
	$(BIN)/python -m tests.mutants --number $(or $(N),150) $(ARGS) $(PATHS)

matrix: setup  ## the quick tests on the oldest and the newest Python and dependencies
	$(BIN)/python -m tests.matrix $(ARGS)

dist: setup  ## build sdist and wheel into dist/, check them, and run tests of the sdist from within it
	$(BIN)/python -m tests.dist

format: setup  ## format and sort
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist
