#!/usr/bin/env bash
# Installs what the portal needs: Debian packages, .venv with the pinned Python packages, the secrets in var/portal.env.
# `setup.sh` is for running it; `setup.sh test` adds what `make test` needs. Called again it changes nothing and needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lists=(deploy/apt/portal.txt deploy/apt/run.txt) requirements=(requirements.txt) stamp=.venv/.installed
if [ "${1:-}" = test ]; then
    lists+=(deploy/apt/test.txt) requirements+=(requirements-dev.txt) stamp=.venv/.installed-test
fi

say() { printf '%s\n' "$*"; }
stop() { printf '中止しました: %s\n' "$*" >&2; exit 1; }

check_writable() {
    local place
    for place in . var var/log .venv var/portal.env; do
        [ ! -e "$place" ] || [ -w "$place" ] || stop "$(realpath "$place") に書き込めません。所有者と権限を確かめるか、書き込める場所に複製してください。"
    done
    (umask 077 && mkdir -p var/log) || stop "$PWD/var を作れません。空き容量と権限を確かめてください。"
}

find_python() {
    local name
    for name in ${PYTHON:-python3.11 python3 python3.12 python3.13}; do
        "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$name" && return
    done
}

missing_packages() {
    local package
    [ -n "$(find_python)" ] || printf 'python3 python3-venv '
    for package in $(cat "${lists[@]}"); do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
    done
}

install_packages() {
    local names install="apt-get install -y --no-install-recommends"
    command -v dpkg-query >/dev/null || stop "Debian のパッケージ管理が見つかりません。Debian 12 で実行してください。"
    names=$(missing_packages)
    [ -n "$names" ] || return 0
    [ "$(id -u)" = 0 ] || stop "Debian のパッケージが足りません。管理者の権限で次を実行してください: apt-get update && $install ${names% }"
    say "Debian のパッケージを入れています: ${names% }"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of words
    { apt-get -q update && $install -q -o DPkg::Lock::Timeout=300 $names; } >var/log/apt.log 2>&1 \
        || stop "Debian のパッケージを入れられませんでした（${names% }）。var/log/apt.log の終わり: $(tail -n 3 var/log/apt.log)"
    [ -n "$(find_python)" ] || stop "Python 3.11 以上が見つかりません。Debian 12 の python3 と python3-venv を入れるか、PYTHON= で場所を指定してください。"
}

# A virtual environment knows its own path: one that was copied or moved with its folder is made anew.
make_venv() {
    local clear=""
    [ ! -f "$stamp" ] || grep -qxF "$PWD" "$stamp" || clear=--clear
    [ -z "$clear" ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    say "Python の仮想環境 .venv を作っています。"
    "$(find_python)" -m venv $clear .venv >var/log/setup.log 2>&1 || stop "仮想環境を作れませんでした。var/log/setup.log の終わり: $(tail -n 3 var/log/setup.log)"
}

install_requirements() {
    local wanted file args=()
    wanted=$(printf '%s\n' "$PWD" && cat requirements-uv.txt "${requirements[@]}" | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    make_venv
    say "Python のパッケージを入れています（固定した版を、ハッシュを照合して）。"
    [ -w "${HOME:-/nonexistent}" ] || export UV_CACHE_DIR="$PWD/var/cache"
    for file in "${requirements[@]}"; do args+=(-r "$file"); done
    { .venv/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements-uv.txt \
        && .venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes "${args[@]}"; } >var/log/setup.log 2>&1 \
        || stop "Python のパッケージを入れられませんでした。ネットワークを確かめてください。var/log/setup.log の終わり: $(tail -n 3 var/log/setup.log)"
    printf '%s\n' "$wanted" >"$stamp"
}

check_writable
install_packages
install_requirements
.venv/bin/python -m deploy.portal_env
