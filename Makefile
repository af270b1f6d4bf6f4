# Each target can be repeated; after the first install none needs a network.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check fix notebooks clean

demo: $(VENV)/installed ## repair the article that lies in eval/demo, show the text and the edits
	@echo "== eval/demo/article.txt, repaired =="
	@$(BIN)/refluent repair eval/demo/article.txt
	@echo
	@echo "== what changed =="
	@$(BIN)/refluent repair --quiet --diff eval/demo/article.txt

test: $(VENV)/installed-dev ## run all tests
	@$(BIN)/python -m pytest

notebooks: $(VENV)/installed-dev ## execute the notebooks
	@$(BIN)/python -m pytest --nbmake notebooks

check: $(VENV)/installed-dev ## format, lint, types, direction of imports
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(VENV)/installed-dev ## format and apply the linter's safe fixes
	@$(BIN)/ruff check --fix src tests
	@$(BIN)/ruff format src tests

clean:
	rm -rf $(VENV)

# A failed install leaves no stamp, so the next call tries again.
$(VENV)/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Refluent into $(VENV); the first time this takes a few minutes."
	@$(PIP) install -c constraints.txt hatchling
	@$(PIP) install -c constraints.txt --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) install -c constraints.txt --no-build-isolation -e ".[dev]"
	@touch $@
