# Starloom's commands; `make help` lists them. Settings come from the environment or .env: see .env.example.

PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What production sets, for the checks of `make lint`. Nothing is connected to.
PRODUCTION := DEBUG=false HTTPS_ONLY=true ALLOWED_HOSTS=stories.example IMAGE_MODEL=sketch \
	SECRET_KEY=only-for-the-checks-of-make-lint-and-nothing-else-0123456789 \
	DATABASE_URL=postgres://nobody:none@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
	OLLAMA_BASE_URL=http://127.0.0.1:1
# Django would look for applied migrations, and wait for a database that is not there.
NO_DATABASE := DATABASE_URL=django.db.backends.dummy://

.PHONY: help run demo test test-long fuzz lint audit bench load bench-gpu crash chaos outages screenshots lighthouse \
	css messages

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

run: $(RUN) ## start Starloom and all that it needs; Ctrl-C stops it (KEEP_ALIVE=1: start again what dies)
	@exec $(BIN)/python -m embedded $(if $(KEEP_ALIVE),--keep-alive)

demo: $(RUN) ## fill the library of a running copy with a dozen stories; again, it adds nothing
	@$(BIN)/python manage.py demo

test: $(DEV) ## run every test, in a browser too (T=tests/… for some)
	@tools/install-browser $(BIN)/python
	$(BIN)/python -m pytest $(or $(T),-n 3 --dist loadfile --no-loadscope-reorder -m "not long")

test-long: $(DEV) ## the tests that take minutes and need no run at every change
	$(BIN)/python -m pytest -m long

fuzz: $(DEV) ## look long for what breaks API, generations and parsers (EXAMPLES=1000 of each)
	STARLOOM_EXAMPLES=$(or $(EXAMPLES),1000) $(BIN)/python -m pytest tests/fuzz --timeout=0

lint: $(DEV) ## check style, types, the arrows between packages, settings and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PRODUCTION) $(NO_DATABASE) $(BIN)/python manage.py makemigrations --check --dry-run --skip-checks
	$(BIN)/python tools/audit.py

audit: $(DEV) ## look for known weaknesses of what is installed; skipped where no index can be reached
	$(BIN)/python tools/audit.py

bench: $(DEV) ## measure (B=live for some); writes a table and bench/results/*.json
	$(BIN)/python -m bench $(B)

load: $(DEV) ## a hundred people for a quarter of an hour, then a flood and idle streams (PEOPLE=20 MINUTES=2; WORDS=30 PAINT=4: models' pace)
	$(BIN)/python -m bench.load $(if $(PEOPLE),--people $(PEOPLE)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(WORDS),--words $(WORDS)) $(if $(PAINT),--paint $(PAINT))

bench-gpu: $(DEV) ## measure the diffusion painter on an NVIDIA card; writes bench/results/gpu.json
	$(BIN)/python -m bench.gpu

crash: $(DEV) ## kill -9 at every boundary of a step's life, 20 times each (KILLS=60 for more; ten minutes)
	STARLOOM_KILLS=$(or $(KILLS),20) $(BIN)/python -m pytest tests/chaos/test_crash_points.py -v -rA -n 3

chaos: $(DEV) ## one disturbance after the other while stories are made; a table (ROUNDS=1000: half an hour)
	$(BIN)/python -m tests.chaos --rounds $(or $(ROUNDS),1000) $(if $(GENERATIONS),--generations $(GENERATIONS)) \
		$(if $(SEED),--seed $(SEED))

outages: $(DEV) ## Redis emptied and away, a deploy under load, the storyteller away, poison (MINUTES=10 away)
	STARLOOM_MINUTES=$(or $(MINUTES),1) $(BIN)/python -m pytest tests/chaos/test_outages.py -m long -v -s

screenshots: $(DEV) ## every page in both modes and both widths, into docs/screenshots
	@tools/install-browser $(BIN)/python
	$(BIN)/python tools/screenshots.py

lighthouse: $(DEV) ## scores of home, live page and book, into docs/lighthouse.md (needs Node.js)
	@tools/install-browser $(BIN)/python
	$(BIN)/python tools/lighthouse.py

messages: $(DEV) ## collect what is to be translated, and compile it (L=fr begins a language)
	SECRET_KEY=none $(BIN)/python tools/messages.py $(L)

css: $(RUN) ## compile the style sheet (needs Node.js)
	npm ci
	$(BIN)/python css/subset.py
	npm run build

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Starloom needs Python 3.11 or newer, and '$(PYTHON)' is not (or is missing)." \
			"Say which to use: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		echo "No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(RUN): requirements.txt | $(BIN)/pip
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements.txt requirements-gpu.txt requirements-dev.txt | $(BIN)/pip
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(RUN)
