"""From bytes to lines: encodings, line ends, and files that are no text at all."""

import codecs
from pathlib import Path

LIMIT = 5 * 1024 * 1024  # bytes; the policy of a city has a few hundred kilobytes at most
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OTHER_FORMATS = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "Word・ExcelまたはZIP",
    b"\xd0\xcf\x11\xe0": "Word・Excel（旧形式）",
    b"{\\rtf": "リッチテキスト",
    b"\x89PNG": "画像",
    b"\xff\xd8\xff": "画像",
    b"GIF8": "画像",
}
MOST_LINES = 50_000
LONGEST_LINE = 50_000  # letters
LARGEST_SHARE_OF_CONTROLS = 0.01
LINE_ENDS = "\t\n\r\f"


class Refused(Exception):
    """The file cannot be read as a policy; the text of the error is the report, in Japanese."""


def load(path: Path) -> bytes:
    """The bytes of a file, without reading one that is too large; Refused where it is, or cannot be opened."""
    try:
        if path.stat().st_size > LIMIT:
            raise Refused(too_large(path.stat().st_size))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(f"ファイルがありません（{path}）。ファイルの場所を確認してください。") from error
    except OSError as error:
        raise Refused(f"ファイルを開けません（{path}）。ファイルであることと、読み取りの権限を確認してください。") from error


def too_large(size: int) -> str:
    """What is said of a file over the limit; `size` in bytes."""
    return (
        f"ファイルが大きすぎます（{size / 1024 / 1024:.1f}MB、上限{LIMIT // 1024 // 1024}MB）。"
        "中身は読んでいません。ポリシー本文のテキストファイルを指定してください。"
    )


def decode(source: bytes) -> tuple[str, str]:
    """The text with "\\n" line ends, and the name of its encoding: UTF-8, UTF-16 with BOM, or cp932. Refused for anything else."""
    _refuse_what_is_no_text(source)
    encoding, text = _decoded(source)
    if not text.strip():
        raise Refused("ファイルに文字がありません。ポリシー本文のテキストファイルを指定してください。")
    if "\x00" in text:
        place = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused(f"{place}行目にテキストではないデータ（NUL文字）があります。テキストとして保存し直したファイルを指定してください。")
    if sum(letter < " " and letter not in LINE_ENDS for letter in text) > len(text) * LARGEST_SHARE_OF_CONTROLS:
        raise Refused("制御文字が多く、テキストファイルではないようです。テキストとして保存し直したファイルを指定してください。")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise Refused(
            f"ポリシー本文としては長すぎます（{MOST_LINES}行まで、1行{LONGEST_LINE}字まで）。本文だけのファイルを指定してください。"
        )
    return text, encoding


def _refuse_what_is_no_text(source: bytes) -> None:
    if len(source) > LIMIT:
        raise Refused(too_large(len(source)))
    if not source:
        raise Refused("ファイルが空です。ポリシー本文のテキストファイルを指定してください。")
    for magic, name in OTHER_FORMATS.items():
        if source.startswith(magic):
            raise Refused(f"{name}のファイルは読み込めません。テキスト（UTF-8またはShift_JIS）として保存したファイルを指定してください。")


def _decoded(source: bytes) -> tuple[str, str]:
    marked = [encoding for bom, encoding in BOMS if source.startswith(bom)]
    errors: list[UnicodeDecodeError] = []
    for encoding in marked or ["utf-8", "cp932"]:
        try:
            return encoding, source.decode(encoding)
        except UnicodeDecodeError as error:
            errors.append(error)
    place = source.count(b"\n", 0, errors[0].start) + 1
    raise Refused(
        f"{place}行目付近の文字を読み取れません。文字コードはUTF-8（BOMの有無は問いません）、BOM付きUTF-16、Shift_JIS（cp932）のどれかにしてください。"
    )
