# tsunagari: `make help` lists the targets.
SHELL := /bin/sh
PYTHON_VERSION := $(shell cat .python-version)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
HOST ?= 127.0.0.1
PORT ?= 5005
export PORT HOST

# Nothing of TensorFlow, SQLAlchemy or deprecated imports belongs on a user's console;
# Rasa's telemetry stays off.
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore
export RASA_TELEMETRY_ENABLED := false
# Compiled bytecode halves the start-up time.
unexport PYTHONDONTWRITEBYTECODE

LOCK_FLAGS := --universal --python-version $(PYTHON_VERSION) --generate-hashes --no-emit-index-url --no-header -q

.DEFAULT_GOAL := help
.PHONY: help run chat test train check audit bench load clean lock screenshots browser-packages service-packages widget-packages line-sdk deploy-tools fuzz-tools

help: ## この一覧を表示する (list of targets)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  例: make run PORT=8080"

run: $(BIN)/.installed ## 準備をすべて行い、チャットを起動する (prepare everything, serve the chat page)
	@$(BIN)/tsunagari train --if-changed
	@exec $(BIN)/tsunagari serve --host $(HOST) --port $(PORT)

chat: $(BIN)/.installed ## 端末で会話する (chat in the terminal)
	@$(BIN)/tsunagari train --if-changed
	@exec $(BIN)/tsunagari chat

train: $(BIN)/.installed ## 知識ベースとモデルを作り直す (rebuild the knowledge base and the model)
	@$(BIN)/tsunagari train

test: $(BIN)/.installed-dev check browser-packages service-packages widget-packages line-sdk deploy-tools fuzz-tools ## すべての検査とテストを行う (everything CI checks)
	@$(BIN)/tsunagari train --if-changed
	@$(BIN)/python -m pytest

check: $(BIN)/.installed-dev ## 書式・型・データ・知識の検査 (lint, types, data lint, knowledge verify)
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/tsunagari knowledge verify
	@$(BIN)/python -m pytest -q tests/data --no-header

audit: $(BIN)/.installed-dev ## 依存パッケージの知られた欠陥を調べる。ネットワークが要る (pip-audit)
	@$(BIN)/python -m tests.security.audit $(UV)

fuzz: $(BIN)/.installed-dev fuzz-tools ## 読み取りの部品を壊れた入力で長く試す。SECONDS=1つあたりの秒数 (atheris, coverage-guided)
	@$(BIN)/python -m tests.fuzz.run --seconds $(or $(SECONDS),60)

bench: $(BIN)/.installed-dev ## 性能を標準構成と比べる (benchmarks against the stock pipeline)
	@$(BIN)/python -m bench

load: $(BIN)/.installed-dev service-packages ## 負荷と長時間の試験（数分〜数十分） (capacity at 1-128 users, soak run)
	@$(BIN)/python -m bench capacity soak --write build/load.md

screenshots: $(BIN)/.installed-dev browser-packages ## README の画面の写真を撮り直す (renew docs/images/*.png)
	@$(BIN)/tsunagari train --if-changed
	@$(BIN)/python -m tests.browser.screenshots

lock: $(UV) ## 依存の固定ファイルを作り直す (refresh the hashed lock files)
	$(UV) pip compile $(LOCK_FLAGS) requirements.in -o requirements.lock
	$(UV) pip compile $(LOCK_FLAGS) requirements.in requirements-dev.in -o requirements-dev.lock

clean: ## 作られたものを消す。会話の記録（var/）は残す (remove what was built, keep conversations)
	rm -rf build models .rasa .pytest_cache .mypy_cache .ruff_cache *.egg-info $(VENV)

# --- what the browser and widget tests need; where it is missing, these tests skip visibly ---

browser-packages:
	@command -v chromium >/dev/null 2>&1 && ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "ブラウザーのテストのために chromium と日本語の書体を入れています…"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 || \
	  echo "chromium を入れられません（ブラウザーのテストは飛ばします）: apt-get install chromium fonts-noto-cjk" >&2; \
	else \
	  echo "ブラウザーのテストには chromium が要ります（なければ飛ばします）: sudo apt-get install chromium fonts-noto-cjk" >&2; \
	fi

# PostgreSQL, Redis, RabbitMQ and nginx: tests/services starts its own, on free ports.
service-packages:
	@command -v redis-server >/dev/null 2>&1 && command -v rabbitmqctl >/dev/null 2>&1 && ls /usr/sbin/nginx /usr/lib/postgresql/*/bin/initdb /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "サービスのテストのために PostgreSQL・Redis・RabbitMQ・nginx・faketime を入れています…"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql redis-server rabbitmq-server nginx-light faketime; } >/dev/null 2>&1 || \
	  echo "サービスを入れられません（そのテストは飛ばします）: apt-get install postgresql redis-server rabbitmq-server nginx-light faketime" >&2; \
	else \
	  echo "サービスのテストには PostgreSQL などが要ります（なければ飛ばします）: sudo apt-get install postgresql redis-server rabbitmq-server nginx-light faketime" >&2; \
	fi

widget-packages:
	@if command -v npm >/dev/null 2>&1 && ! cmp -s widget/package-lock.json widget/node_modules/.installed; then \
	  echo "ウィジェットの検査のためのパッケージを入れています…"; \
	  (cd widget && npm ci --no-fund --no-audit --silent && cp package-lock.json node_modules/.installed) || \
	  echo "npm ci ができません（ウィジェットの作り直しの検査は飛ばします）" >&2; \
	fi

# LINE's own model classes want pydantic 2, Rasa pydantic 1: they judge from an environment of their own.
line-sdk: .venv-line/.installed ## LINE の公式モデルでの検査を用意する (environment for the LINE model tests)

.venv-line/.installed: requirements-line.in | $(UV)
	@echo "LINE の公式モデルを .venv-line/ に入れています…"
	@{ $(UV) venv -q --allow-existing --python $(PYTHON_VERSION) .venv-line && \
	   $(UV) pip install -q --python .venv-line/bin/python -r requirements-line.in && touch $@; } || \
	echo "line-bot-sdk を入れられません（公式モデルでの検査は飛ばします）" >&2

# Judges of deploy/ want newer libraries than Rasa admits.
deploy-tools: .venv-deploy/.installed

.venv-deploy/.installed: requirements-deploy.in | $(UV)
	@echo "deploy/ の検査の道具を .venv-deploy/ に入れています…"
	@{ $(UV) venv -q --allow-existing --python $(PYTHON_VERSION) .venv-deploy && \
	   $(UV) pip install -q --python .venv-deploy/bin/python -r requirements-deploy.in && touch $@; } || \
	echo "deploy/ の検査の道具を入れられません（その検査は飛ばします）" >&2

# Atheris has no place in the lock: elsewhere than on Linux x86-64 it would have to be compiled.
fuzz-tools: .venv-fuzz/.installed

.venv-fuzz/.installed: requirements-fuzz.in | $(BIN)/python
	@echo "atheris を .venv-fuzz/ に入れています…"
	@{ $(UV) pip install -q --only-binary :all: --python $(BIN)/python --target .venv-fuzz -r requirements-fuzz.in && \
	   touch $@; } || echo "atheris を入れられません（その検査は飛ばします）" >&2

# --- environment: stamps make the second run warm --------------------------------------

.uv/bin/uv:
	@command -v python3 >/dev/null || { echo "Python が見つかりません: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@echo "uv を .uv/ に入れています…"
	@python3 -m venv .uv >/dev/null 2>&1 || { rm -rf .uv; echo "venv を作れません: sudo apt-get install python3-venv" >&2; exit 1; }
	@.uv/bin/python -m pip install -q --disable-pip-version-check uv || { rm -rf .uv; echo "uv を取得できません: ネットワークの接続を確かめてください" >&2; exit 1; }

$(BIN)/python: .python-version | $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON_VERSION) $(VENV) || { echo "Python $(PYTHON_VERSION) を用意できません: ネットワークの接続を確かめるか、Python $(PYTHON_VERSION) を入れてください" >&2; exit 1; }
	@touch $@

$(BIN)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "依存パッケージを入れています（初回は数分かかります）…"
	@$(UV) pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.installed-dev: requirements-dev.lock | $(BIN)/.installed
	@echo "テスト用のパッケージを入れています…"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@
