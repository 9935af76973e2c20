# Guanxi: everything a person runs, CI runs too. `make` alone prints this help.

PY := .venv/bin/python
READY := .venv/ready
PYTEST := $(PY) -m pytest
# A file stays with one process, so that what its tests share is made once.
SHARED_OUT := --dist loadfile -n
LOCK_OPTIONS := --universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-cluster up kafka mongo test test-fast test-all faults check lint format types imports bench lock clean

help:  ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Create .venv with the locked dependencies and this project

$(READY): requirements.lock deploy/build.lock pyproject.toml deploy/setup.sh
	@bash deploy/setup.sh
	@touch $@

demo: $(READY)  ## Replay two years of real sales and show what Guanxi makes of them
	@$(PY) -m services demo

demo-cluster: $(READY)  ## The demo over Apache Kafka and MongoDB, compared with the embedded one
	@$(PY) -m deploy.demo.cluster

up: $(READY)  ## Start all services on ./var and keep them running
	@$(PY) -m services up

kafka: $(READY)  ## Run Apache Kafka for development (needs Java and Maven); prints GUANXI_BUS
	@$(PY) -m deploy.servers.kafka

mongo: $(READY)  ## Run a MongoDB for development and print its URL: mongod, or a double
	@$(PY) -m deploy.servers.mongo

test: test-fast  ## Run all tests but those that take minutes; JOBS=2 runs the slow ones two at a time
	@$(PYTEST) -m "slow and not long" $(if $(JOBS),$(SHARED_OUT) $(JOBS))

test-fast: $(READY)  ## Run the tests that take no more than a second and no server
	@$(PYTEST) -m "not slow and not long" -q $(SHARED_OUT) auto

test-all: $(READY)  ## Run every test
	@$(PYTEST)

faults: $(READY)  ## Provoke every fault in its full form, on both backends, and print what was found
	@GUANXI_TEST_EXAMPLES=1000 $(PY) -m tests.faults $(FAULTS)

check: lint types imports  ## Lint, type-check, check imports, check and test the shipped rules
	@$(PY) -m services rules check rules
	@$(PY) -m services rules test rules

lint: $(READY)  ## Check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(READY)  ## Format the code
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

types: $(READY)  ## Check types, strictly
	@$(PY) -m mypy

imports: $(READY)  ## Check that dependencies point one way
	@.venv/bin/lint-imports

bench: $(READY)  ## Measure throughput beside its ceilings
	@$(PY) -m tests.bench

lock: $(READY)  ## Pin the newest allowed dependencies with their hashes
	@$(PY) -m pip install --quiet uv
	@$(PY) -m uv pip compile $(LOCK_OPTIONS) --upgrade --extra dev pyproject.toml -o requirements.lock
	@$(PY) -m uv pip compile $(LOCK_OPTIONS) -c requirements.lock pyproject.toml -o deploy/runtime.lock
	@printf 'setuptools>=77\nwheel\n' | $(PY) -m uv pip compile $(LOCK_OPTIONS) --upgrade - -o deploy/build.lock

clean:  ## Remove what is generated; keeps ./var, where data is
	@rm -rf .venv .guanxi build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
