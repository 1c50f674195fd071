# The portal's commands; `make` alone lists them. Each installs what it needs first (deploy/setup.sh).
.DEFAULT_GOAL := help
.PHONY: help setup run test test-deep lint bench lock bundle
MAKEFLAGS += --no-print-directory
python := ./.venv/bin/python

help: ## この一覧を表示します
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## 必要なものを入れます（Debian のパッケージ、.venv、var/portal.env）
	@deploy/setup.sh
	@$(python) -m deploy.statics

run: ## 試用のポータルを動かします（PORT=8000、Ctrl-C で終了）
	@deploy/setup.sh
	@setpriv --pdeathsig TERM $(python) -m deploy.run

test: ## 検査とすべてのテストを SQLite と PostgreSQL で実行します
	@deploy/setup.sh test
	@$(python) -m deploy.suite

test-deep: ## 攻撃の試験のうち時間のかかるもの（1万件の不正な入力）を PostgreSQL で実行します
	@deploy/setup.sh test
	@$(python) -m deploy.suite --deep

lint: ## 書式・静的検査・層の約束・マイグレーションの漏れを調べます
	@deploy/setup.sh test
	@$(python) -m deploy.suite --lint

bench: ## 主な画面の費用を、空の画面との比と、データの量による増えで表示します（ARGS="--share 0.1" なら早く終わります）
	@deploy/setup.sh test
	@$(python) -m deploy.bench $(ARGS)

lock: ## requirements*.txt を作り直します（UPGRADE=1 で新しい版に上げます）
	@deploy/setup.sh
	@deploy/lock.sh

bundle: ## ネットワークのない機械に入れるための束を var/bundle に作ります（BUNDLE="--without-debs" で Debian のパッケージなし）
	@deploy/setup.sh
	@$(python) -m deploy.bundle $(BUNDLE)
