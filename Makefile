# Changgu: every command sets up what it needs by itself. `make help` lists them.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench chaos words map lock audit wheel clean

python := .venv/bin/python
tools  := .tools/bin/python
ready  := .venv/.run
tested := .venv/.dev
tooled := .tools/.ready
peered := .bench/.ready

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: $(ready) ## the bot with a sample city and a chat page (PEOPLE=639000 CLOCK=2025-09-23T10:00+09:00 PORT=8080)
	@$(python) -m playground.tour $(if $(PEOPLE),--people $(PEOPLE)) $(if $(CLOCK),--clock $(CLOCK)) $(if $(PORT),--port $(PORT))

test: $(tested) $(tooled) ## every test, the ten slowest, the coverage floors (ARGS="-k appeal")
	@$(python) tools/test.py $(ARGS)

check: $(tested) ## style, types, floors and house rules, in a minute; all of them, even after one failed
	@failed=0; \
	$(python) -m ruff check --quiet || failed=1; \
	$(python) -m ruff format --check --quiet || failed=1; \
	$(python) -m mypy || failed=1; \
	$(python) -m pytest tests/house --quiet --no-header || failed=1; \
	exit $$failed

bench: $(tested) $(peered) ## ours beside others and a bare echo, in one run (ARGS=store, ARGS=imports, ARGS=fortnight, ARGS=all)
	@$(python) -m tests.bench $(ARGS)

chaos: $(tested) ## kills at every point, planted bugs and storms, on both databases (SEED=1 MINUTES=20 ONLY="every point")
	@$(python) -m tests.crash $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ONLY),--only "$(ONLY)")

words: $(ready) ## the bot's words, language beside language
	@$(python) -m bot words

map: $(ready) ## every dialog with its steps and Korean words
	@$(python) -m bot map

lock: $(tooled) ## write requirements/*.txt anew (UPGRADE=1 takes newer versions)
	@tools/lock.sh .tools/bin/uv $(if $(UPGRADE),--upgrade)

audit: $(tooled) ## known weaknesses in what we depend on; what cannot be looked up is an error
	@$(tools) tools/audit.py requirements/*.txt

wheel: $(tooled) ## dist/changgu-*.whl
	@$(tools) -m hatchling build -t wheel -d dist

clean: ## remove what was built; .venv, data and .env stay
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.tools/*' -not -path './.bench/*' -prune -exec rm -rf {} +

$(ready): requirements/run.txt
	@tools/setup.sh .venv $<
	@touch $@

# one after the other, so that two installers never meet in one directory
$(tested): requirements/dev.txt | $(ready)
	@tools/setup.sh .venv $<
	@touch $@

$(tooled): requirements/tools.txt
	@tools/setup.sh .tools $<
	@touch $@

$(peered): requirements/bench.txt
	@tools/setup.sh .bench $<
	@touch $@
