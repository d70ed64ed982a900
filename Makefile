# Every target runs in a virtual environment that is made and filled when it is missing.
# Only make and a Python >= 3.11 have to be here; PYTHON= picks another one than the default.

PYTHON ?=
PORT ?= 8000
ARGS ?=
MINUTES ?= 60

export PYTHON BROWSER ARGS

RUN = @sh scripts/in-venv.sh requirements.txt
DEV = @sh scripts/in-venv.sh requirements-dev.txt

.DEFAULT_GOAL := help
# The first target to come makes the environment for the others.
.NOTPARALLEL:
.PHONY: help run test lint types checks test-js test-py test-ui format lock audit bench bench-quick bench-docs
.PHONY: chaos soak deploy-check budgets pictures texts clean sbom openapi

help: ## Show this list
	@echo "Noticeboard. Targets (PYTHON=python3.13 picks an interpreter):"
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

run: ## Start the site with demo data on http://127.0.0.1:8000 (PORT=8001 changes it)
	$(RUN) python manage.py migrate --verbosity 0
	$(RUN) python manage.py demo
	$(RUN) python manage.py runserver 127.0.0.1:$(PORT)

test: lint types checks test-js test-py ## Run everything below, as CI does (BROWSER=0 without browser)

lint: ## Check style
	$(DEV) ruff check .
	$(DEV) ruff format --check .

types: ## Check types
	$(DEV) mypy

checks: ## Check migrations and production settings
	$(DEV) sh scripts/checks.sh

test-js: ## Test the JavaScript
	$(DEV) sh scripts/test-js.sh

test-py: ## Test the Python, and the pages in a browser (ARGS="-k cursor" picks tests)
	$(DEV) sh scripts/test-py.sh -m "not ui"

test-ui: test-js ## Test the whole interface in a browser, with what `make test` leaves out
	$(DEV) sh scripts/test-py.sh tests/browser

deploy-check: ## Check docs/deploy: its files, and a whole site made of them, through TLS and nginx
	$(DEV) env DEPLOY_CHECK=1 BROWSER=0 sh scripts/test-py.sh tests/deploy -v -rs

format: ## Put imports and layout right
	$(DEV) ruff check --fix .
	$(DEV) ruff format .

texts: ## Bring the catalogues in locale/ in step with the texts of the project
	$(RUN) python -m scripts.catalogues

lock: ## Resolve requirements*.in to exact versions (UPGRADE=1 takes the newest)
	$(DEV) sh scripts/lock.sh

audit: ## Look for known vulnerabilities in what is locked
	$(DEV) pip-audit --requirement requirements.txt --no-deps --disable-pip

sbom: ## Write what the site is made of to var/sbom.cdx.json (CycloneDX)
	$(DEV) sh scripts/sbom.sh

openapi: ## Write docs/openapi.json, the description of the HTTP API
	$(RUN) python -m scripts.openapi

chaos: ## Break every part in turn, in about fifteen minutes (ARGS="--only a3,storm" picks rows)
	$(DEV) python -m tests.chaos $(ARGS)

soak: ## Break things at random for an hour, and see what grows (MINUTES=5 is shorter)
	$(DEV) python -m tests.chaos.soak $(MINUTES)

bench: ## Measure the fan-out beside its peers, in about fifteen minutes
	$(DEV) python -m bench.fanout $(ARGS)

bench-quick: ## The same with fewer connections and peers, in about three
	$(DEV) python -m bench.fanout --quick $(ARGS)

bench-docs: bench bench-inbox ## Measure all of it, and write it into docs/benchmarks.md
	$(DEV) python -m bench.fanout.document
	$(DEV) python -m bench.capacity

bench-%: ## Measure one thing: bench-inbox, bench-latency, bench-rooms, bench-streams, bench-writers
	$(DEV) python -m bench.$* --json $(ARGS)

budgets: ## Check what pages load and how quick they are (ARGS=--sizes needs no browser)
	$(DEV) python -m bench.budgets $(ARGS)

pictures: ## Take the pictures in docs/pictures from the running product
	$(DEV) python -m bench.pictures

clean: ## Remove what was made, but not var/ (the data)
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles bench/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
