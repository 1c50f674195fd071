"""What audits have found (3.13.1.10): issued findings with their grade, their clauses, and whether they are settled."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q

from audits.models import Addressee, CorrectiveAction, Finding, Found, Source

from .base import Window, gathers

EFFECTIVE = CorrectiveAction.objects.filter(status=CorrectiveAction.Status.EFFECTIVE)
ROUNDS = Prefetch("actions", CorrectiveAction.objects.order_by("round"), to_attr="rounds")


@gathers
def findings(window: Window) -> Iterator[Found]:
    """One input a finding issued in these days, or issued before and not settled; fact and section stand behind the link."""
    rows = Finding.objects.issued().filter(issued_at__lte=window.at)
    rows = rows.filter(Q(issued_at__gte=window.begins_at) | ~Q(pk__in=EFFECTIVE.values("finding")))
    for row in rows.select_related("engagement").prefetch_related(ROUNDS).order_by("issued_at", "pk"):
        yield Found(
            Source.AUDIT,
            f"finding:{row.pk}",
            f"{row.number} {row.title}",
            "\n".join(_words(row)),
            tuple(row.clauses),
            row.get_absolute_url(),
        )


def _words(row: Finding) -> Iterator[str]:
    yield f"区分：{row.get_grade_display()}。"
    last = row.rounds[-1] if row.rounds else None
    if last is None:
        yield "対処：まだ指示されていません。"
        return
    again = f"（{last.round}回目）" if last.round > 1 else ""
    yield f"対処：{last.get_status_display()}{again}。"
    if last.addressee == Addressee.CENTRAL:
        yield "全庁に関わるため、中央電子計算組織管理者が対処します。"
