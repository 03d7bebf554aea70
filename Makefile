# Two commands do everything on a clean clone: `make demo` and `make test`. Python 3.11+ and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := bulk dask fuzz server proxy
READY := $(VENV)/.ready-test
KIT := $(VENV)/.ready-kit

.PHONY: demo test lint docs generate constraints clean

demo: $(KIT)
	@$(BIN)/python tools/demo.py

test: $(READY)
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/generate.py --check

docs: $(READY)  ## the documentation as a site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

generate: $(READY)  ## rewrite what is generated from the spec and the rules
	$(BIN)/python tools/generate.py

constraints:  ## renew the pinned versions (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--group build --group test --group lint --group docs \
		$(addprefix --extra ,$(EXTRAS)) pyproject.toml -o constraints.txt --quiet

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "contract-kit needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# uv where it is there, pip where not; both take the same pinned versions.
$(KIT): pyproject.toml constraints.txt $(VENV)/.made
	$(PYTHON) tools/install.py $(BIN)/python server
	@touch $@

$(READY): $(KIT)
	$(PYTHON) tools/install.py $(BIN)/python test lint docs $(EXTRAS)
	@touch $@

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
