# `make train` and `make test` set everything up by themselves; a second call of either starts at once.
PYTHON ?= python3
BIN := .venv/bin
FAST := not slow
# A test process a core (1.5 GB each), all tests of a file in one of them, for the training that they share.
SPREAD := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder --durations=15

.PHONY: train test fast matrix lint notebook lock clean

train: .venv/.train
	$(BIN)/digits train

test: .venv/.dev
	$(BIN)/lint-imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest $(SPREAD)

fast: .venv/.dev  ## what every commit passes, in under two minutes on two cores
	$(BIN)/lint-imports
	$(BIN)/pytest $(SPREAD) -m "$(FAST)"

matrix: .venv/.dev  ## read with each Python there is, and with the oldest packages allowed
	MATRIX=whole $(BIN)/pytest -v tests/house/install/test_matrix.py

lint: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebook: .venv/.dev  ## after changing notebooks/mnist_cnn.py: run it and keep what it shows
	$(BIN)/jupytext --quiet --to ipynb notebooks/mnist_cnn.py
	$(BIN)/jupyter execute --inplace notebooks/mnist_cnn.ipynb

lock: .venv/.dev  ## after changing a dependency
	PATH="$(CURDIR)/$(BIN):$$PATH" requirements/lock

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(not (3, 11) <= v < (3, 14) and \
	"error: training needs Python 3.11 to 3.13, %s is %d.%d; name another: make PYTHON=python3.12" % (sys.executable, *v))'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.train: .venv/.made requirements/train.txt pyproject.toml
	@echo "installing what training needs into .venv (once, about 1.5 GB)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/train.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.train requirements/dev.txt
	@echo "installing what the tests need into .venv (once)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
