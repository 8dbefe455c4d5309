# Six commands; each installs what it needs first.
#   make run                the whole product on this machine (PORT=8000)
#   make test               every test
#   make check              the static checks alone
#   make chaos              two gateways, thirty parties and faults at random (SECONDS=600, SEED=)
#   make bench              echo, messages, open chats, turns of the bot, long chats, recovery against their targets (PART=echo,turn)
#   make evaluate CSV=path  grade the assistant's understanding on a file with the columns intent,text

.PHONY: run test check chaos bench evaluate install install-tests help
.DEFAULT_GOAL := help

# Any Python can install; where there is none, uv brings one.
BOOTSTRAP := $(shell if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo python3; \
	elif command -v uv >/dev/null 2>&1; then echo uv run --no-project --quiet --python 3.11; fi)
ifeq ($(BOOTSTRAP),)
$(error Abolotse needs Python 3.11 or newer, or uv (docs.astral.sh/uv): install one of them and start again)
endif

PYTHON := .venv/bin/python

help:
	@sed -n '2,7s/^# *//p' Makefile

run: install
	@exec $(PYTHON) -m launch.run

install:
	@$(BOOTSTRAP) launch/install.py

install-tests:
	@$(BOOTSTRAP) launch/install.py --tests

test: install-tests
	@$(PYTHON) -m launch.tests

check: install-tests
	@$(PYTHON) -m launch.tests check

SECONDS := 600
SEED :=

chaos: install-tests
	@nice -n 5 $(PYTHON) -m tests.chaos --seconds "$(SECONDS)" --seed "$(SEED)"

PART :=

bench: install-tests
	@$(PYTHON) -m tests.bench $(PART)

evaluate:
	@$(BOOTSTRAP) launch/install.py >&2
	@$(PYTHON) -m launch.evaluate "$(CSV)"
