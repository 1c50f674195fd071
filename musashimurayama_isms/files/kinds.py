"""Which kinds of files may be attached, as data. What is not here is refused: HTML, SVG, programs, macros, archives.

A file counts as what its bytes say, and its extension must say the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileKind:
    """A kind with its extensions, the first bytes of every such file, and what libmagic may call it."""

    label: str
    extensions: tuple[str, ...]
    media_type: str  # under which it is kept and sent
    starts: tuple[bytes, ...] = ()
    seen_as: tuple[str, ...] = ()
    main_part: str = ""  # OOXML: the content type of the main part
    is_text: bool = False
    is_mail: bool = False


# What libmagic calls harmless text; a line or two is "octet-stream" to it, a text with headers a mail. Markup and scripts are not here.
PLAIN = (
    "text/plain",
    "text/csv",
    "application/csv",
    "application/json",
    "application/x-ndjson",
    "message/rfc822",
    "application/octet-stream",
)
OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP = (b"PK\x03\x04",)

KINDS = (
    FileKind("PDF", ("pdf",), "application/pdf", (b"%PDF-",), ("application/pdf",)),
    FileKind("PNG画像", ("png",), "image/png", (b"\x89PNG\r\n\x1a\n",), ("image/png",)),
    FileKind("JPEG画像", ("jpg", "jpeg"), "image/jpeg", (b"\xff\xd8\xff",), ("image/jpeg",)),
    FileKind("GIF画像", ("gif",), "image/gif", (b"GIF87a", b"GIF89a"), ("image/gif",)),
    FileKind("テキスト", ("txt", "log"), "text/plain", seen_as=PLAIN, is_text=True),
    FileKind("CSV", ("csv",), "text/csv", seen_as=PLAIN, is_text=True),
    FileKind("メール", ("eml",), "message/rfc822", seen_as=("message/rfc822", "text/plain", "text/html"), is_mail=True),
    FileKind("Word文書", ("docx",), f"{OFFICE}wordprocessingml.document", ZIP, main_part=f"{OFFICE}wordprocessingml.document.main+xml"),
    FileKind("Excelブック", ("xlsx",), f"{OFFICE}spreadsheetml.sheet", ZIP, main_part=f"{OFFICE}spreadsheetml.sheet.main+xml"),
    FileKind(
        "PowerPoint", ("pptx",), f"{OFFICE}presentationml.presentation", ZIP, main_part=f"{OFFICE}presentationml.presentation.main+xml"
    ),
)
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
ACCEPTED = "・".join(BY_EXTENSION)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # doc, xls, ppt, msg, and every Office file under a password

# What to do instead, by the extension people will try.
ADVICE = {
    **dict.fromkeys(("docm", "xlsm", "pptm", "dotm", "xltm", "xlsb"), "マクロを外し、docx・xlsx・pptx で保存し直してください。"),
    **dict.fromkeys(("doc", "xls", "ppt", "rtf"), "docx・xlsx・pptx か PDF で保存し直してください。"),
    **dict.fromkeys(("zip", "lzh", "7z", "rar", "gz", "tar", "cab"), "圧縮を解き、中のファイルを添付してください。"),
    **dict.fromkeys(("html", "htm", "svg", "xml", "mht"), "PDF か画像で保存し直してください。"),
    **dict.fromkeys(("bmp", "tif", "tiff", "webp", "heic"), "PNG か JPEG で保存し直してください。"),
    "msg": "eml か PDF で保存し直してください。",
}
