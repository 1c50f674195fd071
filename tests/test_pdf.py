"""Papers: the right fonts inside, rare kanji kept, nothing fetched, 見本 where it is one."""

import re
import subprocess
import threading
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from musashimurayama_isms import pdf

PAPER = """{% extends "pdf/base.html" %}
{% block title %}例外措置申請書{% endblock %}{% block heading %}例外措置申請書{% endblock %}
{% block form_number %}様式第1号{% endblock %}
{% block content %}<table class="facts"><tr><th>氏名</th><td>{{ name }}</td></tr></table>{{ picture|safe }}{% endblock %}"""


@pytest.fixture
def paper(settings, tmp_path):
    """Renders PAPER with the given words and gives (path of the PDF, its text)."""
    (tmp_path / "paper.html").write_text(PAPER, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    def render(**context):
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf.render_pdf("paper.html", {"name": "山田", **context}))
        return path, tool("pdftotext", path, "-")

    return render


def tool(name, *args):
    return subprocess.run([name, *map(str, args)], check=True, capture_output=True, encoding="utf-8").stdout


def font_names(path):
    return {line.split()[0].split("+")[-1] for line in tool("pdffonts", path).splitlines()[2:]}


def objects_of(path):
    """The PDF's objects, unpacked: compressed streams opened one after another."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams if stream.startswith(b"x"))


def test_the_citys_font_is_embedded_and_no_other(paper):
    path, _ = paper()
    rows = [line.split() for line in tool("pdffonts", path).splitlines()[2:]]
    assert font_names(path) == {"BIZ-UDPGothic", "BIZ-UDPGothic-Bold"}
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), rows  # embedded, subset, searchable


def test_a_rare_kanji_of_a_name_falls_back_and_is_kept(paper):
    path, text = paper(name="𠮷田 髙﨑 彅")
    assert "𠮷田 髙﨑 彅" in text
    assert "Noto-Sans-CJK-JP" in font_names(path)


def test_a_paper_is_a4_tagged_and_named(paper):
    path, text = paper()
    info = tool("pdfinfo", path)
    assert "(A4)" in info
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Title:\s+例外措置申請書", info)
    assert b"/Lang (ja)" in objects_of(path)
    assert re.search(r"1\s*/\s*1", text)
    assert "様式第1号" in text


def test_the_left_margin_leaves_room_for_binding(paper):
    path, _ = paper()
    left_edges = [float(x) for x in re.findall(r'<word xMin="([\d.]+)"', tool("pdftotext", "-bbox", path, "-"))]
    assert min(left_edges) >= 20 / 25.4 * 72


def test_a_trial_paper_says_so_on_every_page_and_a_real_one_does_not(paper, settings):
    settings.IS_TRIAL = True
    assert "見本" in paper()[1]
    settings.IS_TRIAL = False
    assert "見本" not in paper()[1]


def test_words_of_people_are_never_markup(paper):
    assert "<b>太字</b>" in paper(name="<b>太字</b>")[1]


def test_the_same_paper_has_the_same_bytes(paper):
    first = paper()[0].read_bytes()
    assert paper()[0].read_bytes() == first


def test_nothing_is_fetched_from_the_network_or_the_disk(paper, tmp_path):
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text y="20">himitsu</text></svg>')
    pictures = f'<img src="http://127.0.0.1:{server.server_port}/x.png" alt="網"><img src="{secret.as_uri()}" alt="札">'
    try:
        _, text = paper(picture=pictures)
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
    assert "himitsu" not in text


def test_this_machine_has_what_papers_need():
    assert pdf.check_fonts() == []


def test_a_missing_font_and_a_missing_library_are_named(monkeypatch):
    monkeypatch.setattr(pdf, "FONTS", ("BIZ UDPGothic", "無い書体"))
    monkeypatch.setattr(pdf, "SUBSET_LIBRARY", "libnowhere.so.0")
    font, library = pdf.check_fonts()
    assert "無い書体" in font.msg
    assert "BIZ" not in font.msg
    assert "libnowhere" in library.msg


def test_without_fontconfig_no_font_counts_as_present(monkeypatch):
    monkeypatch.setattr(pdf, "FONT_LIBRARY", "libnowhere.so.0")
    assert not pdf.has_font("BIZ UDPGothic")
