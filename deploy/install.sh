#!/usr/bin/env bash
# Installs the portal from the unpacked bundle in which this file lies, without any network (deploy/bundle makes the bundle).
#
# FOLDER/releases/VERSION is one release with its Python packages and static files, FOLDER/current the one in use, FOLDER/var the data.
# A release is built beside the others and gets its name only when it is whole and checked: a run that breaks leaves all as it was.
# Called again it mends what is damaged, installs another version beside, and never touches the data or the settings.
set -euo pipefail
umask 022
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
bundle=$PWD to=/srv/portal settings="" user=portal mode=production servers=yes switch="" chosen=${PYTHON:-}

usage() {
    cat <<'END'
使い方: ./install.sh [--to フォルダ] [--trial] [--settings ファイル] [--user 利用者] [--without-servers] [--switch]
  --to フォルダ        入れる場所（既定は /srv/portal）
  --trial              試用（見本のデータ、SQLite）として入れます。実行した利用者で動きます
  --settings ファイル  設定のファイル（本番の既定は /etc/musashimurayama-isms/portal.env、試用は フォルダ/var/portal.env）
  --user 利用者        本番でポータルを動かす利用者（既定は portal。なければ作ります）
  --without-servers    PostgreSQL・Redis・nginx をこの機械に入れません（ほかの機械で動かすとき）
  --switch             本番の更新で、入れた版にすぐ切り替えます（指定しなければ、切替えは deploy/upgrade.sh で行います）
END
}

say() { printf '%s\n' "$*"; }
stop() { printf '中止しました: %s\n' "$*" >&2; exit 1; }
fact() { sed -n "s/^ \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" manifest.json; }

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --to | --settings | --user)
                [ -n "${2:-}" ] || stop "$1 のあとに値を書いてください。"
                case $1 in --to) to=$2 ;; --settings) settings=$2 ;; *) user=$2 ;; esac
                shift ;;
            --trial) mode=trial ;;
            --without-servers) servers="" ;;
            --switch) switch=yes ;;
            --help | -h) usage; exit ;;
            *) usage >&2; stop "「$1」は分かりません。" ;;
        esac
        shift
    done
    to=$(in_caller "$to")
    case $to in *[!A-Za-z0-9._/-]*) stop "入れる場所は、英数字と . _ - だけの名前にしてください（指定: $to）。" ;; esac
    [ "$mode" = production ] && [ "$(id -u)" = 0 ] || user=$(id -un)
    if [ "$mode" = trial ]; then settings=${settings:-$to/var/portal.env}; fi
    settings=$(in_caller "${settings:-/etc/musashimurayama-isms/portal.env}")
}

# A path as the caller meant it, who may stand in another folder.
in_caller() { case $1 in /*) realpath -ms "$1" ;; *) realpath -ms "$caller/$1" ;; esac; }

# What the operator has set up for pip, uv or the portal itself must not change what is installed here.
forget_environment() {
    local name
    for name in $(compgen -e); do
        case $name in PATH | HOME | TMPDIR | TERM) ;; *) unset "$name" ;; esac
    done
    export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8 UV_NO_CONFIG=1 UV_OFFLINE=1 UV_NO_INDEX=1 UV_PYTHON_DOWNLOADS=never PORTAL_ENV_FILE=$settings
}

verify() {
    local found
    [ -f SHA256SUMS ] && [ -f manifest.json ] || stop "照合表 SHA256SUMS か manifest.json がありません。束を入れ直し、展開したフォルダで実行してください。"
    say "ファイルを照合しています。"
    found=$(sha256sum --check --quiet --strict SHA256SUMS 2>/dev/null | sed -n 's/: FAILED.*//p' | head -n 5 | tr '\n' ' ') || true
    [ -z "$found" ] || stop "次のファイルが、束を作ったときと違うか、ありません: ${found% }。この媒体は使わず、束を運び直してください。"
    sha256sum --check --status --strict SHA256SUMS 2>/dev/null || stop "照合表 SHA256SUMS を読めません。この媒体は使わず、束を運び直してください。"
    found=$(comm -13 <(cut -c 67- SHA256SUMS | sort) <(find . ! -type d ! -path ./SHA256SUMS | cut -c 3- | sort) | head -n 5 | tr '\n' ' ') || true
    [ -z "$found" ] || stop "照合表にないファイルがあります: ${found% }。展開し直した新しいフォルダで実行してください。"
    say "照合しました（SHA256SUMS の SHA-256: $(sha256sum SHA256SUMS | cut -c -64)）。"
}

check_machine() {
    local libc
    [ "$(uname -m)" = "$(fact machine)" ] || stop "この束は $(fact machine) の機械用です（この機械: $(uname -m)）。"
    libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || true
    [ "$(printf '%s\n' "$(fact libc)" "$libc" | sort -V | head -n 1)" = "$(fact libc)" ] \
        || stop "この束は C ライブラリ $(fact libc) 以上の機械用です（この機械: ${libc:-不明}）。Debian 12 で実行してください。"
}

# The nearest folder above a path that is there already.
above() {
    local place=$1
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    printf '%s' "$place"
}

check_place() {
    local place
    for place in "$to" "$to/releases" "$to/var"; do
        place=$(above "$place")
        [ -d "$place" ] && [ -w "$place" ] || stop "$place に書き込めません。所有者と権限を確かめるか、--to で書き込める場所を指定してください。"
    done
    place=$(above "$(dirname "$settings")")
    [ -e "$settings" ] || [ -w "$place" ] || stop "設定を置く $place に書き込めません。管理者の権限で実行するか、--settings で場所を指定してください。"
    [ ! -e "$to/current" ] || [ -L "$to/current" ] || stop "$to/current がリンクではありません。ほかの場所に移してから、もう一度実行してください。"
}

check_space() {
    local free need
    free=$(($(df -k --output=avail "$(above "$to")" | tail -n 1) / 1000)) need=$(fact needs_megabytes)
    [ "$free" -ge "$need" ] || stop "$to の空き容量が足りません（必要: ${need} MB、空き: ${free} MB）。使っていない古い版を $to/releases から消すか、--to で別の場所を指定してください。"
}

missing_packages() {
    local lists=(portal.txt) package
    [ "$mode" = production ] || lists+=(run.txt)
    [ "$mode" = trial ] || [ -z "$servers" ] || lists+=(run.txt server.txt)
    for package in python3 $(cd release/deploy/apt && cat "${lists[@]}"); do
        [ "$package" != python3 ] || [ -z "$(find_python)" ] || continue
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
    done
}

# apt reads the folder packages/ as its only repository; it may add and renew, never take away.
apt_offline() {
    local options=(-o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/apt/lists"
        -o "Dir::Cache=$work/apt" -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o DPkg::Lock::Timeout=300)
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-remove "${options[@]}" "$@"
}

install_packages() {
    local names log=$work/apt.log
    command -v dpkg-query >/dev/null || stop "Debian のパッケージ管理が見つかりません。Debian 12 で実行してください。"
    names=$(missing_packages)
    [ -n "$names" ] || return 0
    [ "$(id -u)" = 0 ] || stop "Debian のパッケージが足りません: ${names% }。管理者の権限で実行するか、庁内のミラーから入れてください。"
    [ -f packages/Packages ] || stop "Debian のパッケージが足りません: ${names% }。この束には入っていないので、庁内のミラーなどから入れてください。"
    grep -qx "VERSION_CODENAME=$(fact debian)" /etc/os-release || stop "束の Debian のパッケージは $(fact debian) 用です。次を別に入れてください: ${names% }"
    say "Debian のパッケージを入れています: ${names% }"
    mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial"
    printf 'deb [trusted=yes] file:%s ./\n' "$(printf %s "$bundle/packages" | sed 's/ /%20/g')" >"$work/apt/sources.list"
    # shellcheck disable=SC2086  # a list of words
    { apt_offline update && apt_offline install $names; } >"$log" 2>&1 \
        || stop "Debian のパッケージを入れられませんでした（${names% }）。記録の終わり: $(tail -n 3 "$log")"
    names=$(missing_packages)
    [ -z "$names" ] || stop "Debian のパッケージがまだ足りません: ${names% }。束を作り直すか、庁内のミラーから入れてください。"
}

find_python() {
    local name
    for name in ${chosen:-python$(fact python) python3}; do
        "$name" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$(fact python)')" 2>/dev/null && command -v "$name" && return
    done
}

check_python() {
    python=$(find_python) || true
    [ -n "$python" ] || stop "Python $(fact python) が要ります（この機械: $("${chosen:-python3}" --version 2>&1 || true)）。束と同じ版の Python を入れるか、PYTHON= で場所を指定してください。"
}

make_user() {
    [ "$mode" = production ] && [ "$(id -u)" = 0 ] || return 0
    id -u "$user" >/dev/null 2>&1 && return
    useradd --system --user-group --home-dir "$to" --no-create-home --shell /usr/sbin/nologin "$user"
    say "利用者 $user を作りました。"
}

as_user() {
    if [ "$user" = "$(id -un)" ]; then "$@"; else runuser -u "$user" -- "$@"; fi
}

make_data_folders() {
    local place
    for place in "$to/var" "$to/var/log" "$to/var/media" "$to/var/beat"; do
        [ -e "$place" ] || install -d -m 0700 -o "$user" -g "$(id -gn "$user")" "$place"
    done
}

# What an installed release must hold, byte by byte; compiled files are made anew by whoever lacks them.
list_files() { find . -type f ! -name '*.pyc' ! -name .installed ! -name .bundle -print0 | sort -z | xargs -0 sha256sum; }

is_whole() {
    [ "$(cat "$1/.bundle" 2>/dev/null)" = "$(sha256sum <SHA256SUMS)" ] && (cd "$1" && sha256sum --check --status .installed 2>/dev/null)
}

make_release() {
    local new=$1 uv=$work/uv log=$work/python.log
    say "版 $version を用意しています。"
    cp -R release "$new"
    chmod -R u+rwX,go+rX "$new"
    # The wheel of uv is an archive with the program in it: so not even pip is needed.
    "$python" -m zipfile -e wheels/uv-*.whl "$work/wheel"
    cp "$work"/wheel/uv-*.data/scripts/uv "$uv"
    chmod +x "$uv"
    export UV_CACHE_DIR=$work/cache
    say "Python のパッケージを入れています（ホイールだけから、ハッシュを照合して）。"
    { "$uv" venv --relocatable --python "$python" "$new/.venv" && "$uv" pip install --python "$new/.venv/bin/python" \
        --find-links wheels --require-hashes --compile-bytecode -r release/requirements.txt; } >"$log" 2>&1 \
        || stop "Python のパッケージを入れられませんでした。記録の終わり: $(tail -n 3 "$log")"
    "$new/.venv/bin/python" -m compileall -q -x '/\.venv/' "$new" >"$log" 2>&1 || stop "ソースを翻訳できませんでした。記録の終わり: $(tail -n 3 "$log")"
    ln -s ../../var "$new/var"
    (cd "$new" && list_files >.installed)
    sha256sum <SHA256SUMS >"$new/.bundle"
}

write_settings() {
    local is_new=""
    [ -e "$settings" ] || is_new=yes
    [ -d "$(dirname "$settings")" ] || mkdir -p "$(dirname "$settings")"
    (cd "$1" && "$1/.venv/bin/python" -m deploy.settings_file "$mode" "$settings" "$to") || exit 1
    [ -z "$is_new" ] || [ "$user" = "$(id -un)" ] || chown "$user:" "$settings"
    # manage.py by hand reads the same settings as the services
    [ "$settings" = "$to/var/portal.env" ] || [ -L "$to/var/portal.env" ] || [ -e "$to/var/portal.env" ] || ln -s "$settings" "$to/var/portal.env"
}

check_release() {
    local options=() answer
    [ "$mode" = trial ] || options=(--deploy)
    answer=$(cd "$1" && as_user "$1/.venv/bin/python" -B manage.py check "${options[@]}" 2>&1) \
        || stop "設定か版に問題があります。設定は $settings です。直してから、もう一度実行してください: $(tail -n 5 <<<"$answer")"
}

put_in_place() {
    local release=$1 new=$2
    if [ -n "$whole" ]; then
        say "版 $version は、もう入っています（すべてのファイルを照合しました）。"
        write_settings "$release"
        check_release "$release"
        return
    fi
    make_release "$new"
    write_settings "$new"
    check_release "$new"
    [ ! -e "$release" ] || mv "$release" "$work/damaged"
    mv "$new" "$release"
    say "版 $version を $release に入れました。"
}

point_current() {
    local before
    before=$(readlink "$to/current") || true
    if [ -n "$before" ] && [ "$before" != "releases/$version" ] && [ "$mode" = production ] && [ -z "$switch" ]; then
        say "使っている版は ${before#releases/} のままです。控えを取ってから、次で切り替えてください: $to/releases/$version/deploy/upgrade.sh $version --backup 控えの場所"
        return
    fi
    ln -s "releases/$version" "$work/current"
    mv -T "$work/current" "$to/current"
    say "使う版: $version（$to/current）"
    if [ -z "$before" ]; then next_steps; else say "動いているポータルがあれば、起動し直してください。"; fi
}

next_steps() {
    local manage="runuser -u $user -- $to/current/.venv/bin/python $to/current/manage.py"
    if [ "$mode" = trial ]; then
        say "試用を始めるには、次を実行してください（Ctrl-C で終わります）:"
        say "cd $to/current && .venv/bin/python -m deploy.run"
        return
    fi
    cat <<END
続けて、次を行ってください（くわしくは $to/current/docs/administration の closed_network.md と production.md）:
  1. 設定 $settings のホスト名とデータベースを確かめます。
  2. データベースを作ります: runuser -u postgres -- createuser portal
     runuser -u postgres -- createdb --owner portal --encoding UTF8 --locale C.UTF-8 --template template0 portal
  3. 表と基準データを作ります: $manage migrate
     $manage load_reference
  4. 最初の管理者を作ります: $manage createsuperuser
  5. 常駐させます: cp $to/current/deploy/systemd/musashimurayama-isms* /etc/systemd/system/
     systemctl daemon-reload
     systemctl enable --now musashimurayama-isms-web.socket musashimurayama-isms.target
  6. 中継サーバ（nginx）を production.md のとおりに設定します。
END
}

# Whatever ends a run, nothing half-made stays; what set -e has stopped says in Japanese that it was stopped.
clean_up() {
    local code=$?
    rm -rf "$work" "$to/releases/.new"
    [ "$code" = 0 ] || printf '導入は終わっていません。使っている版とデータは、前のままです。\n' >&2
}

main() {
    read_options "$@"
    forget_environment
    verify
    version=$(fact version)
    [ -n "$version" ] || stop "manifest.json に版の名前がありません。"
    check_machine
    check_place
    whole="" work=$to/releases/.making
    if is_whole "$to/releases/$version"; then whole=yes; else check_space; fi
    mkdir -p "$to/releases"
    exec 9>"$to/releases/.lock"
    flock -n 9 || stop "このフォルダへの導入が、もう一つ動いています。終わってから実行してください。"
    trap clean_up EXIT
    trap 'exit 1' INT TERM HUP
    rm -rf "$work" "$to/releases/.new"  # what a run that was killed has left
    mkdir "$work"
    install_packages
    check_python
    make_user
    as_user "$python" -c "" || stop "利用者 $user は $python を実行できません。だれでも実行できる Python を PYTHON= で指定してください。"
    make_data_folders
    put_in_place "$to/releases/$version" "$to/releases/.new"
    point_current
}

main "$@"
exit  # bash reads a script as it goes: nothing that is written over this file meanwhile is run
