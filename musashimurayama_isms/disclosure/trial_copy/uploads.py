"""An empty file of each kind that may be attached: it opens, and says that it is a sample."""

import io
import zipfile
from functools import cache
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook

from musashimurayama_isms.files.kinds import KINDS

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63fa0f00010501012718e3660000000049454e44ae426082"
)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
WORDS = "見本のファイルです。\r\n"
MAIL = "Subject: sample\r\nFrom: sample@example.invalid\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n見本のメールです。\r\n"


@cache
def sample(media_type: str) -> bytes:
    """The content of a sample of this kind; a text where the kind is none that is taken today."""
    makers = {
        "application/pdf": _pdf,
        "image/png": lambda: PNG,
        "image/jpeg": _jpeg,
        "image/gif": lambda: GIF,
        "message/rfc822": MAIL.encode,
    }
    main_part = next((kind.main_part for kind in KINDS if kind.media_type == media_type and kind.main_part), "")
    if main_part.endswith("sheet.main+xml"):
        return _workbook()
    return _office(main_part) if main_part else makers.get(media_type, WORDS.encode)()


def _pdf() -> bytes:
    parts = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += f"{number} 0 obj{part}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(parts) + 1
    trailer = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(content)}\n%%EOF\n"
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"
    return content + tail.encode()


def _jpeg() -> bytes:
    from PIL import Image  # comes with the papers; loaded only where a picture is made

    stream = io.BytesIO()
    Image.new("L", (1, 1), 255).save(stream, "JPEG")
    return stream.getvalue()


def _workbook() -> bytes:
    stream = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "見本"
    book.save(stream)
    return stream.getvalue()


def _office(main_part: str) -> bytes:
    """The least that counts as a document of Word or PowerPoint."""
    is_word = "wordprocessingml" in main_part
    name = "word/document.xml" if is_word else "ppt/presentation.xml"
    space = "http://schemas.openxmlformats.org/" + ("wordprocessingml/2006/main" if is_word else "presentationml/2006/main")
    body = "<m:body><m:p/></m:body>" if is_word else ""
    main = f'<m:{"document" if is_word else "presentation"} xmlns:m="{space}">{body}</m:{"document" if is_word else "presentation"}>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{name}" ContentType={quoteattr(main_part)}/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}" Target="{name}"/></Relationships>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, text in (("[Content_Types].xml", types), ("_rels/.rels", links), (name, main)):
            archive.writestr(zipfile.ZipInfo(path), f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return stream.getvalue()
