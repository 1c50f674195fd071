#!/usr/bin/env bash
# upgrade.sh VERSION --backup PATH   Brings the release in releases/VERSION into service; nobody has to stop working meanwhile.
# The database goes first, because the old release can live with the new tables (tests/test_migrations.py sees to that), not the other
# way round. Before the link is turned nothing of the running portal has changed but the tables; after it the way back is automatic.
# PORTAL_ROOT, PORTAL_ENV_FILE, PORTAL_USER, PORTAL_UNITS, SYSTEMCTL: other places than /srv/portal, /etc/musashimurayama-isms, portal,
# /etc/systemd/system, systemctl.
set -euo pipefail
umask 022
root=${PORTAL_ROOT:-/srv/portal}
export PORTAL_ENV_FILE=${PORTAL_ENV_FILE:-/etc/musashimurayama-isms/portal.env}
user=${PORTAL_USER:-portal}
systemctl=${SYSTEMCTL:-systemctl}
units=${PORTAL_UNITS:-/etc/systemd/system}
unit=musashimurayama-isms
patience=${PORTAL_PATIENCE:-120} # seconds for the new web server, worker and scheduler to show themselves
version="" backup="" previous=""

say() { printf '%s\n' "$*"; }
stop() { printf '中止しました: %s\n' "$*" >&2; exit 1; }

read_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --backup) backup=${2:-}; shift 2 || stop "--backup には、取ったばかりの控えの場所を指定してください。" ;;
            -*) stop "知らない指定です: $1" ;;
            *) version=$1; shift ;;
        esac
    done
    [ -n "$version" ] || stop "使い方: upgrade.sh 版 --backup 控えの場所"
    [ -n "$backup" ] || stop "先に控えを取り、その場所を --backup で指定してください。"
}

# 1. Is there a way back, and is the release whole?
check() {
    [ -s "$backup" ] || stop "控え $backup がないか、空です。"
    [ -n "$(find "$backup" -maxdepth 0 -mmin -1440)" ] || stop "控え $backup は24時間より前のものです。取り直してください。"
    new=$root/releases/$version
    [ -f "$new/manage.py" ] && [ -x "$new/.venv/bin/python" ] || stop "$new に、この版が入っていません。先に install.sh で置いてください。"
    previous=$(readlink "$root/current") || stop "$root/current がありません。初めて入れるときは install.sh を使ってください。"
    [ "$(basename "$previous")" != "$version" ] || stop "版 $version は、すでに動いています。"
    exec 9>"$root/var/upgrade.lock"
    flock -n 9 || stop "別の更新が動いています。"
}

as_portal() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- env -C "$new" "$@"
    else
        env -C "$new" "$@"
    fi
}

manage() { as_portal .venv/bin/python manage.py "$@"; }

turn_link() {
    ln -sfn "$1" "$root/current.new"
    mv -T "$root/current.new" "$root/current"
}

# 2. The new release looks at the installation before it changes anything; 3. tables, reference data, static files.
prepare() {
    say "1/6 新しい版から、この環境を調べます。"
    manage doctor --quiet --before-migrate || stop "上の異常を直してから、もう一度実行してください。何も変えていません。"
    say "2/6 データベースを新しい形にします（動いている版はそのまま使えます）。"
    manage migrate --noinput --verbosity 1
    manage load_reference
    if [ -d "$new/collected" ]; then # as a bundle brings them: nothing of an installed release is written anew
        say "3/6 画面の部品は、版に入っています。"
        return
    fi
    say "3/6 画面の部品を集めます。"
    mkdir -p "$new/var"
    env -C "$new" .venv/bin/python manage.py collectstatic --noinput --verbosity 0
}

answers() { as_portal .venv/bin/python -m deploy.healthz; }

wait_until() {
    local deadline=$((SECONDS + patience))
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 1
    done
}

# 4. The web server first: its socket stays open, so requests wait while it starts. Where it does not come up, the old one does again.
switch() {
    say "4/6 $version に切り替え、Webサーバを入れ替えます。"
    turn_link "releases/$version"
    if ! { "$systemctl" restart "$unit-web.service" && wait_until answers; }; then
        turn_link "$previous"
        "$systemctl" restart "$unit-web.service" || true
        stop "新しい版のWebサーバが答えないため、前の版（$(basename "$previous")）に戻しました。journalctl -u $unit-web を確かめてください。"
    fi
    say "5/6 ワーカー、スケジューラの順に入れ替えます。"
    "$systemctl" restart "$unit-worker.service"
    "$systemctl" restart "$unit-beat.service"
}

# What stands in /etc may have been changed by hand there: it is told, not replaced.
tell_units() {
    local file changed=""
    for file in "$new"/deploy/systemd/*; do
        [ ! -e "$units/${file##*/}" ] || cmp -s "$file" "$units/${file##*/}" || changed="$changed ${file##*/}"
    done
    [ -z "$changed" ] || say "注意: 常駐の設定が、この版のものと違います:$changed。違いを確かめ、$units に写して systemctl daemon-reload を実行し、再起動してください。"
}

# 5. Signs of life come each minute.
judge() {
    say "6/6 更新のあとの状態を調べます（2分ほどかかることがあります）。"
    wait_until healthy || { manage doctor --quiet || true; stop "更新は終わりましたが、異常があります。上の表示を確かめてください。"; }
    manage doctor --quiet
    say "更新が終わりました。動いている版: $version（前の版は $root/$previous に残っています）"
}

healthy() { manage doctor --quiet >/dev/null 2>&1; }

read_arguments "$@"
check
prepare
switch
judge
tell_units
