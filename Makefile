# Gatehouse: what developers and CI run. `make` alone lists the commands.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin
UV := $(BIN)/uv
COMPILE = $(UV) pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 \
	$(if $(UPGRADE),--upgrade)

NAMED_STAGE = --stage '$(or $(STAGE),$(error Name the stage: make $@ STAGE=dev))'
SLOW = browser deploy faults interop journeys ops real_runtime tools
DEPLOY = $(BIN)/python -m ops.deploy $(NAMED_STAGE)

.PHONY: help run deploy undeploy test quick mutants fuzz lint format types bench bench-package load package sbom provision stack audit lock clean setup-run setup-dev

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name text; \
		do printf '  make %-13s %s\n' "$$name" "$$text"; done

run: setup-run ## Start Gatehouse on http://localhost:8000 with AWS embedded, a demo identity provider and demo data (PORT=9000; RESET=1 starts afresh; GATEHOUSE_DEMO=0 without demo data)
	@exec env $(if $(GATEHOUSE_DEMO),GATEHOUSE_DEMO=$(GATEHOUSE_DEMO)) $(BIN)/python -m ops.local --port $(PORT) $(if $(filter-out 0,$(RESET)),--reset)

test: setup-dev ## Run every test with branch coverage (ARGS="tests/users -k email" for some, JOBS=1 for one process)
	@$(BIN)/python -m tools.browser
	@rm -rf build/aws-calls
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n $(JOBS) --cov --cov-report=term --junitxml=build/junit.xml)

quick: setup-dev ## Run the tests that need no browser, no deployment, no identity provider and no failing AWS
	@$(BIN)/python -m pytest -q -n $(JOBS) $(SLOW:%=--ignore=tests/%)

mutants: .venv/.uv ## Run mutmut over the verifier and list the mutants that no test kills (ARGS="chalicelib.saml.structure*" for some)
	@$(UV) venv --quiet --clear build/mutants
	@$(UV) pip install --quiet --python build/mutants --require-hashes --requirement requirements-dev.txt
	@$(UV) pip install --quiet --python build/mutants --require-hashes --requirement requirements/mutants.txt
	@build/mutants/bin/mutmut run --max-children $(JOBS) $(ARGS)
	@build/mutants/bin/mutmut results

fuzz: setup-dev ## Fuzz untrusted input with libFuzzer, guided by coverage (DURATION=600 seconds per target instead of 15; TARGETS="form_value")
	@for target in $(or $(TARGETS),form_value signed_document certificates browser_input); do \
		$(BIN)/python -m tools.fuzz "$$target" -max_total_time=$(or $(DURATION),15) -print_final_stats=1; done

lint: setup-dev ## Check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup-dev ## Put the style right
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

types: setup-dev ## Check types
	@$(BIN)/mypy

bench: setup-dev ## Measure the CPU of a sign-in against its limit and others, and count its calls to AWS (ROUNDS=500)
	@$(BIN)/python -m tools.bench $(if $(ROUNDS),--rounds $(ROUNDS))

bench-package: setup-dev ## Measure the package's size and a new process's CPU against what Chalice makes (ROUNDS=9)
	@$(BIN)/python -m tools.bench.package $(if $(ROUNDS),--rounds $(ROUNDS))

load: setup-dev ## Let many browsers sign in at a local run at once: throughput, errors, calls to AWS (ARGS="--browsers 8 --sign-ins 200 --seconds 120")
	@$(BIN)/python -m tools.load $(ARGS)

deploy: setup-run ## Deploy a provisioned stage into the AWS account of your credentials, as often as you like (STAGE=dev; BASE_URL=https://… in place of the configured one; ARGS=--dry-run)
	@$(DEPLOY) $(if $(BASE_URL),--base-url '$(BASE_URL)') $(if $(CHANGE_URL),--change-url) $(ARGS)

undeploy: setup-run ## Delete a stage's functions and schedules; its address, table and secrets stay (STAGE=dev CONFIRM=dev; ARGS=--dry-run)
	@$(DEPLOY) --delete $(if $(CONFIRM),--confirm $(CONFIRM)) $(ARGS)

package: setup-run ## Build the deployment package and the list of what is in it (STAGE=dev, ARCHITECTURE=arm64)
	@$(BIN)/python -m ops.package --stage $(or $(STAGE),prod) $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

stack: setup-run ## Write one CloudFormation template of a stage and the zip into dist/, for teams that deploy by stacks (STAGE=prod)
	@$(BIN)/python -m ops.deploy.stack $(NAMED_STAGE)

sbom: package .venv/.uv ## Write the bill of materials of a stage's package in CycloneDX format into dist/ (STAGE=dev, ARCHITECTURE=arm64)
	@$(UV) venv --quiet --clear build/sbom
	@$(UV) pip install --quiet --python build/sbom --require-hashes --requirement requirements/sbom.txt
	@$(UV) venv --quiet --clear build/packed
	@rm -rf build/packed/code && $(BIN)/python -m zipfile -e "$$(ls -t .chalice/deployments/*.zip | head -n 1)" build/packed/code
	@echo '$(CURDIR)/build/packed/code' > "$$(echo build/packed/lib/python3*/site-packages)/packed.pth"
	@mkdir -p dist && build/sbom/bin/cyclonedx-py environment build/packed/bin/python --pyproject pyproject.toml --mc-type application \
		--output-reproducible --sv 1.6 --of JSON --output-file dist/gatehouse-$(or $(STAGE),prod).cdx.json

audit: .venv/.uv ## Look for known vulnerabilities in what Lambda gets (asks the vulnerability service of the package index)
	@$(UV) venv --quiet --clear build/audit
	@$(UV) pip install --quiet --python build/audit --require-hashes --requirement requirements/audit.txt
	@build/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.txt

provision: setup-run ## Deploy a stage's data plane: table, keys, address, roles, alarms (STAGE=prod; CHECK=1 shows changes and drift; ARGS="--parameter NAME=VALUE")
	@$(BIN)/python -m ops.provision $(NAMED_STAGE) $(if $(filter-out 0,$(CHECK)),--check) $(ARGS)

lock: .venv/.uv ## Resolve the dependencies anew into the locked files (UPGRADE=1 takes the newest versions)
	@$(COMPILE) requirements/bootstrap.in --output-file requirements/bootstrap.txt
	@$(COMPILE) requirements/audit.in --output-file requirements/audit.txt
	@$(COMPILE) requirements/mutants.in --output-file requirements/mutants.txt
	@$(COMPILE) requirements/sbom.in --output-file requirements/sbom.txt
	@$(COMPILE) requirements/runtime.in --output-file requirements.txt
	@$(COMPILE) requirements/local.in --output-file requirements-local.txt
	@$(COMPILE) requirements/development.in --output-file requirements-dev.txt

clean: ## Remove the environment and everything that was built; the local run's data in .local stay
	@rm -rf .venv build dist mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* coverage.xml
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run: .venv/.run
setup-dev: .venv/.dev

.venv/.uv: requirements/bootstrap.txt ops/environment.sh
	@ops/environment.sh $(PYTHON) .venv
	@touch $@

# What is newer than the lock files needs nothing done; the development set holds the local run's.
.venv/.run: .venv/.uv requirements-local.txt
	@echo 'Installing what the local run needs ...'
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-local.txt
	@touch $@

.venv/.dev: .venv/.uv requirements-dev.txt
	@echo 'Installing what development needs ...'
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.txt
	@touch .venv/.run $@
