"""The release itself: Django's checks, static files, fonts, lists of passwords."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.staticfiles.finders import get_finders
from django.core import checks

from musashimurayama_isms import pdf

from .finding import Finding, Look, about, bad, fine, notice

TOLD_ELSEWHERE = ("pdf.", "trail.", "search.")  # other checks of the doctor say it with more words
MANIFEST = "staticfiles.json"
COMMON = Path(password_validation.__file__).parent / "common-passwords.txt.gz"  # Django's own list


@about("システム検査")
def system_checks(look: Look) -> Iterator[Finding]:
    """`manage.py check --deploy --database default`, an error as 異常, a warning as 注意."""
    found = checks.run_checks(include_deployment_checks=not settings.IS_TRIAL, databases=["default"])
    told = [each for each in found if not each.is_silenced() and not str(each.id).startswith(TOLD_ELSEWHERE)]
    for each in told:
        grade = bad if each.level >= checks.ERROR else notice
        yield grade("システム検査", f"{each.msg}（{each.id}）", each.hint or "docs/administration/production.md を見てください。")
    if not told:
        yield fine("システム検査", "設定と部品の組合せに問題はありません。")


@about("画面の部品")
def static_files(look: Look) -> Iterator[Finding]:
    """Every static file has been collected under its name with a digest; a release that is yet to come collects them later."""
    if look.is_before_migrate:
        return
    root, advice = Path(settings.STATIC_ROOT), "manage.py collectstatic --noinput を実行してください。"
    try:
        paths = json.loads((root / MANIFEST).read_text(encoding="utf-8"))["paths"]
    except (OSError, ValueError, KeyError):
        yield bad("画面の部品", f"集めた部品の一覧（{MANIFEST}）がありません。画面が開けません。", advice)
        return
    wanted = {name for finder in get_finders() for name, _ in finder.list([])}
    missing = [name for name in sorted(wanted) if name not in paths or not _is_readable(root / paths[name])]
    if missing:
        yield bad("画面の部品", f"集められていない部品が{len(missing)}個あります（{missing[0]} など）。", advice)
    else:
        yield fine("画面の部品", f"{len(wanted)}個の部品がそろっています。")


@about("フォント")
def fonts(look: Look) -> Iterator[Finding]:
    """The fonts of the papers and the library that makes them small."""
    found = pdf.check_fonts()
    for each in found:
        grade = bad if each.id == "pdf.W001" else notice
        yield grade("フォント", str(each.msg), str(each.hint))
    if not found:
        yield fine("フォント", "PDF用のフォントと libharfbuzz-subset があります。")


@about("パスワードの一覧")
def password_lists(look: Look) -> Iterator[Finding]:
    """Lists that cannot be read would let every password pass, or stop every change of one."""
    wanted = [settings.BASE_DIR / "fixtures" / "obvious_words.txt", COMMON]
    if settings.PASSWORD_LIST:
        wanted.append(Path(settings.PASSWORD_LIST))
    unread = [str(path) for path in wanted if not _is_readable(path)]
    if unread:
        yield bad(
            "パスワードの一覧",
            f"読めない一覧があります: {'、'.join(unread)}",
            "ファイルの有無と、portal の利用者が読めるかを確かめてください。",
        )
    else:
        yield fine("パスワードの一覧", f"{len(wanted)}個の一覧を読めます。")


def _is_readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False
