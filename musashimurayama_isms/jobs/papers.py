"""A paper of a job: laid out page by page before the eyes of the person, so that it can be taken back in the middle."""

from typing import Any

from musashimurayama_isms.pdf import render_pdf

from .models import JobResult
from .run import Run

TELLS_EACH = 3  # pages


def keep_paper(run: Run, name: str, template: str, context: dict[str, Any], *, pages: int = 0) -> JobResult:
    """Render a template that extends pdf/base.html and keep it under a name; `pages` is about how many there will be.

    Each few pages the progress is noted, which keeps the lease. Raises as `run.progress`.
    """
    seen = [pages]

    def on_page(number: int) -> None:
        seen[0] = max(seen[0], number)
        if number % TELLS_EACH == 1:
            run.progress(number, seen[0], f"紙面を組んでいます（{number}ページ目）")

    content = render_pdf(template, context, on_page=on_page)
    return run.keep(name, content)
