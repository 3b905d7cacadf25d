SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-cluster check lint types imports shape conformance bench lock clean

PROFILE ?= jilin
PORT    ?= 8000
PEOPLE  ?= 2000
ARGS    ?=

VENV    := .venv
BIN     := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# An environment that was copied, moved or made for another interpreter is made again.
$(shell [ -d $(VENV) ] && { [ "$$(cat $(VENV)/made-for 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c '' 2>/dev/null; } || rm -f $(VENV)/run.stamp $(VENV)/test.stamp 2>/dev/null)

help:
	@echo '社保平台 Shebao'
	@echo
	@echo '  make run          启动演示环境（PROFILE=jilin|ebao|guangxi  PORT=8000  PEOPLE=2000）'
	@echo '  make test         运行全部测试（ARGS="-k 名称" 只跑一部分）'
	@echo '  make test-cluster Spark 与单机结果逐字节相同（20 万人，另建一个虚拟环境）'
	@echo '  make check        格式、类型、层次和结构检查，不到一分钟'
	@echo '  make conformance  条款对照：每条政策条款由哪些测试证明'
	@echo '  make bench        性能对比'
	@echo '  make lock         按 pyproject.toml 重新锁定依赖（ARGS=--upgrade 更新版本）'
	@echo '  make clean        删除虚拟环境和生成的文件，不动数据（.shebao）'

run: $(VENV)/run.stamp
	@exec $(BIN)/shebao serve --profile $(PROFILE) --port $(PORT) --people $(PEOPLE)

test: $(VENV)/test.stamp
	@.ci/system
	@$(BIN)/python -m pytest -n 2 $(ARGS)

# Spark weighs 900 MB: it has an environment of its own and is tried on its own.
CLUSTER := build/cluster
test-cluster: $(VENV)/test.stamp
	@.ci/system
	@.ci/venv $(CLUSTER) requirements-test.lock
	@$(CLUSTER)/bin/python -m pip install -q $$($(BIN)/python -c \
		'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["cluster"])')
	@SHEBAO_CLUSTER_PEOPLE=200000 $(CLUSTER)/bin/python -m pytest tests/batch/test_spark.py $(ARGS)

check: $(VENV)/test.stamp
	@$(MAKE) --no-print-directory -k -j2 --output-sync=target lint types imports shape

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types:
	@$(BIN)/mypy --strict shebao

imports:
	@$(BIN)/lint-imports

shape:
	@$(BIN)/python -m pytest -q tests/shape

conformance: $(VENV)/test.stamp
	@.ci/system
	@$(BIN)/shebao conformance

bench: $(VENV)/test.stamp
	@set -e; for question in bench/*.py; do $(BIN)/python "$$question"; done

# uv resolves for every platform at once; the locks name no index, so any mirror serves them.
LOCK := build/lock/bin/uv pip compile --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --extra build
lock:
	@.ci/venv build/lock
	@build/lock/bin/python -m pip install -qq uv
	$(LOCK) $(ARGS) --output-file requirements.lock pyproject.toml
	$(LOCK) $(ARGS) --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

$(VENV)/run.stamp: requirements.lock pyproject.toml .ci/venv
	@.ci/venv $(VENV) requirements.lock
	@echo '$(CURDIR)' > $(VENV)/made-for
	@touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	@.ci/venv $(VENV) requirements-test.lock
	@touch $@

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -not -path './.shebao/*' -prune -exec rm -rf {} +
