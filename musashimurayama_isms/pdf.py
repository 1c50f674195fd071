"""A4 papers from templates: Japanese fonts embedded, tagged, and nothing fetched from anywhere.

A missing font or library makes no error in WeasyPrint, only empty boxes or minutes of waiting; `check_fonts` says so at start.
"""

import ctypes
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.template.loader import render_to_string

FONTS = ("BIZ UDPGothic", "BIZ UDPMincho", "Noto Sans CJK JP")  # as templates/pdf/base.css names them
RENDERER_LOG, PAGE_LAID_OUT = "weasyprint.progress", "Step 5 - Creating layout - Page"
FONT_LIBRARY = "libfontconfig.so.1"
SUBSET_LIBRARY = "libharfbuzz-subset.so.0"
PACKAGES = "fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-noto-cjk libharfbuzz-subset0"


def render_pdf(template_name: str, context: dict, *, on_page: Callable[[int], None] | None = None) -> bytes:
    """The PDF of a template that extends pdf/base.html: A4, tagged, same bytes for the same input, 見本 on it in trial mode.

    About 0.12 s a page with tables: longer papers belong in a job. Only `data:` addresses are followed. `on_page` is told the
    number of each page that is laid out (a paper with contents is laid out twice); what it raises ends the rendering.
    """
    from weasyprint import HTML  # takes more than a second: only a process that makes a PDF pays for it
    from weasyprint.urls import URLFetcher

    frame = {"city_name": settings.CITY_NAME, "portal_name": settings.PORTAL_NAME, "is_trial": settings.IS_TRIAL}
    html = render_to_string(template_name, {**frame, **context})
    with _told_of_pages(on_page):
        return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf(pdf_tags=True)


class _PageListener(logging.Handler):
    """Hears the renderer's log of its pages in this thread; unlike other handlers it lets errors pass, so that they end the work."""

    def __init__(self, on_page: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self.on_page, self.thread = on_page, get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and str(record.msg).startswith(PAGE_LAID_OUT) and isinstance(record.args, tuple):
            self.on_page(int(record.args[0]))


@contextmanager
def _told_of_pages(on_page: Callable[[int], None] | None) -> Iterator[None]:
    if on_page is None:
        yield
        return
    log, listener = logging.getLogger(RENDERER_LOG), _PageListener(on_page)
    level, propagates = log.level, log.propagate
    log.addHandler(listener)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(listener)
        log.setLevel(level)
        log.propagate = propagates


def check_fonts(app_configs: object = None, **kwargs: object) -> list[CheckMessage]:
    """System check: warns when a font of FONTS or the subsetting library is missing on this machine."""
    missing = [name for name in FONTS if not has_font(name)]
    found: list[CheckMessage] = []
    if missing:
        found.append(
            Warning(
                f"PDF用のフォントがありません: {'、'.join(missing)}。文字が□になります。", hint=f"apt-get install {PACKAGES}", id="pdf.W001"
            )
        )
    if _library(SUBSET_LIBRARY) is None:
        found.append(
            Warning(f"{SUBSET_LIBRARY} がありません。PDFの作成が何十倍も遅くなります。", hint=f"apt-get install {PACKAGES}", id="pdf.W002")
        )
    return found


def has_font(family: str) -> bool:
    """Whether fontconfig knows a family by exactly this name; False as well without fontconfig."""
    library = _library(FONT_LIBRARY)
    if library is None:
        return False
    library.FcNameParse.restype = library.FcObjectSetCreate.restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(ctypes.c_int)  # FcFontSet begins with the number of fonts
    pattern = ctypes.c_void_p(library.FcNameParse(family.encode()))
    objects = ctypes.c_void_p(library.FcObjectSetCreate())
    library.FcObjectSetAdd(objects, b"family")
    fonts = library.FcFontList(None, pattern, objects)
    count = fonts[0] if fonts else 0
    for destroy, pointer in ((library.FcFontSetDestroy, fonts), (library.FcObjectSetDestroy, objects), (library.FcPatternDestroy, pattern)):
        if pointer:
            destroy(pointer)
    return count > 0


def _library(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
