# Everything a person types here. Each target makes what it needs first; see scripts/.

PYTHON := .venv/bin/python

# Set by some images and shells. Every program here is started anew many times, and would compile all
# its libraries each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench requirements openapi reset clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: ## Start everything on this machine; Ctrl-C stops it (PORT=8001 make run for another port)
	@scripts/bootstrap
	@$(PYTHON) -m auditapi.launch run --end-with-parent

# One more at a time than two cores: many tests wait for servers and browsers.
test: ## Run the whole suite on the embedded PostgreSQL and S3
	@scripts/bootstrap dev
	@$(PYTHON) -m pytest -n 3 --dist worksteal

check: ## Lint, format, types, import contracts, dependencies, OpenAPI file
	@scripts/bootstrap dev
	@scripts/check

bench: ## Run the benchmark and print its table
	@scripts/bootstrap dev
	@$(PYTHON) -m tests.bench

requirements: ## Pin what requirements.in and requirements-dev.in ask for
	@scripts/requirements

openapi: ## Write docs/openapi.json anew
	@scripts/bootstrap
	@scripts/openapi

reset: ## Delete the data of `make run`, for an empty start
	@scripts/bootstrap
	@$(PYTHON) -m auditapi.launch reset

clean: ## Delete the virtual environment and caches; the data of `make run` stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +
