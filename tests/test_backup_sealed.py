"""The sealed file and the two halves of the keys: every altered byte and every mistyped line is found and named."""

import io
import os
import re
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musashimurayama_isms.backup import sealed
from musashimurayama_isms.backup.archive import Archive
from musashimurayama_isms.backup.halves import Mistyped, Secret, env_lines, join, split, typed
from musashimurayama_isms.backup.refusals import Damaged, Refused
from musashimurayama_isms.backup.sealed import HEADER, TAG, SealedReader, SealedWriter

ROOT = Path(__file__).resolve().parent.parent
KEY, OTHER = bytes(range(32)), bytes(32)
CHUNK = 64


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(sealed, "CHUNK", CHUNK)


def seal(content: bytes, key: bytes = KEY, step: int = 50) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key)
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
    writer.finish()
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    reader = SealedReader(io.BytesIO(content), key)
    reader.check()
    return io.BufferedReader(reader).read()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1000])
def test_what_was_sealed_is_read_back(length):
    content = secrets.token_bytes(length)
    assert opened(seal(content)) == content


def test_two_files_of_the_same_content_have_nothing_in_common():
    one, other = seal(b"x" * 500), seal(b"x" * 500)
    assert one[:17] == other[:17]
    assert not set(re.findall(rb"(?s).{16}", one[HEADER.size :])) & set(re.findall(rb"(?s).{16}", other[HEADER.size :]))


def test_every_flipped_byte_is_found():
    whole = seal(secrets.token_bytes(4 * CHUNK + 10))
    for place in range(len(whole)):
        altered = bytearray(whole)
        altered[place] ^= 0x40
        with pytest.raises(Refused):
            opened(bytes(altered))


def test_every_cut_is_found_and_one_between_chunks_is_called_a_cut():
    whole = seal(secrets.token_bytes(4 * CHUNK))
    for length in range(len(whole)):
        with pytest.raises(Refused):
            opened(whole[:length])
    with pytest.raises(Damaged, match="途中で切れています"):
        opened(whole[: HEADER.size + 2 * (CHUNK + TAG)])
    with pytest.raises(Damaged):
        opened(whole + b"more")


def test_chunks_that_changed_places_are_found():
    whole = seal(secrets.token_bytes(4 * CHUNK))
    step = CHUNK + TAG
    first, second = HEADER.size, HEADER.size + step
    swapped = whole[:first] + whole[second : second + step] + whole[first:second] + whole[second + step :]
    with pytest.raises(Damaged, match="壊れている"):
        opened(swapped)


def test_another_key_another_form_and_another_file_are_told_apart():
    whole = seal(b"content")
    with pytest.raises(Refused, match="この控えの鍵ではありません"):
        opened(whole, OTHER)
    with pytest.raises(Refused, match=r"形式（2）"):
        opened(whole[:8] + b"\x02" + whole[9:])
    for other in (b"", b"PK\x03\x04 a zip", b"ISMSBKUP"):
        with pytest.raises(Damaged, match="控えではありません"):
            opened(other)


@settings(max_examples=50)
@given(st.binary(max_size=700), st.integers(0, 720), st.integers(0, 200))
def test_any_place_can_be_read(content, start, length):
    reader = io.BufferedReader(SealedReader(io.BytesIO(seal(content)), KEY))
    reader.seek(start)
    assert reader.read(length) == content[start : start + length]


def test_what_is_sealed_but_no_backup_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"form": 1}')
    later = io.BytesIO()
    with zipfile.ZipFile(later, "w") as archive:
        archive.writestr("manifest.json", '{"form": 2}')
    for content, words in ((b"no zip", "中身を読めません"), (file.getvalue(), "目録"), (later.getvalue(), r"形式（2）")):
        with pytest.raises(Refused, match=words):
            Archive(io.BytesIO(seal(content)), KEY)


# -- the halves ----------------------------------------------------------------------------------------------------------------

KEYS = [
    Secret("T", "k1", bytes(range(32))),
    Secret("T", "key-2026_b", bytes(range(1, 33))),
    Secret("B", "backup", b"\x0a" * 32),
    Secret("S", "secret", b"a-secret-key-of-sixty-characters-and-some-more-0123456789-ABCDE"),
]


def papers() -> tuple[list[str], list[str]]:
    one, other = split(KEYS, day="20261127")
    return one.lines(), other.lines()


def test_two_halves_are_the_keys_again_in_either_order_and_however_they_are_typed():
    one, other = papers()
    careless = [f"  {line.partition(' ')[0]} {line.partition(' ')[2].upper().replace(' ', '　')}  \n" for line in one]
    for pair in ((one, other), (other, one), (careless, other)):
        assert join(*(typed("\n".join(lines)) for lines in pair)) == KEYS
    assert env_lines(KEYS)[0] == f"TRAIL_KEYS=k1:{KEYS[0].value.hex()},key-2026_b:{KEYS[1].value.hex()}"


def test_one_half_is_other_digits_each_time_and_never_those_of_a_key():
    seen = {line for _ in range(5) for half in papers() for line in half[1:]}
    assert len(seen) == 5 * 2 * (len(papers()[0]) - 1)
    for key in KEYS:
        assert not any(key.value[:8].hex() in line.replace(" ", "") for line in seen)


def test_each_mistyped_line_is_named():
    one, _ = papers()
    for number, line in enumerate(one):
        for place, letter in enumerate(line):
            if letter in " .=/":
                continue
            wrong = [*one]
            wrong[number] = line[:place] + ("0" if letter != "0" else "1") + line[place + 1 :]
            with pytest.raises(Mistyped, match=rf"^{number + 1} 行目"):
                typed("\n".join(wrong))


def test_missing_doubled_and_foreign_lines_are_named():
    one, other = papers()
    foreign, _ = papers()
    for lines, words in (
        (one[:-1], "行が足りません"),
        ([*one, one[-1]], "余分"),
        ([one[0], one[1], one[1], *one[2:]], "3 行目"),
        ([*one[:3], other[3], *one[4:]], "4 行目"),
        ([*one[:3], foreign[3], *one[4:]], "4 行目"),
        ([], "行が足りません"),
    ):
        with pytest.raises(Mistyped, match=words):
            typed("\n".join(lines))
    with pytest.raises(Mistyped, match="番号が違います"):
        join(typed("\n".join(one)), typed("\n".join(foreign)))
    with pytest.raises(Mistyped, match="もう片方の紙"):
        join(typed("\n".join(one)), typed("\n".join(one)))


def test_a_bare_machine_without_settings_joins_what_is_typed_and_asks_a_wrong_line_again():
    one, other = papers()
    lines = "\n".join([*one[:2], one[2].replace("=", "=0"), *one[2:], "", *other])
    command = [sys.executable, "-m", "musashimurayama_isms.backup.halves"]
    done = subprocess.run(command, cwd=ROOT, input=lines, env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == env_lines(KEYS)
    assert "3 行目" in done.stderr
    cut = subprocess.run(command, cwd=ROOT, input=one[0], env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=False)
    assert cut.returncode == 1
    assert "行が足りません" in cut.stderr
    assert "Traceback" not in cut.stderr


def test_two_files_or_what_is_typed_give_the_settings_by_both_commands(tmp_path):
    sheets = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for sheet, lines in zip(sheets, papers(), strict=True):
        sheet.write_text("\n".join(lines))
    typed_in = "\n".join(line for lines in papers() for line in lines)
    bare = [sys.executable, "-m", "musashimurayama_isms.backup.halves"]
    command = [sys.executable, "manage.py", "join_keys"]
    for run, env, files in ((bare, {"LANG": "C.UTF-8"}, [*sheets]), (command, os.environ, [*sheets]), (command, os.environ, [])):
        done = subprocess.run(
            [*run, *files], cwd=ROOT, env=env, input="" if files else typed_in, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-3:] == env_lines(KEYS)
