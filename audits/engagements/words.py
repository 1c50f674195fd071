"""What an audit says of itself in a sentence: for the notice, the plan and the report."""

from typing import TYPE_CHECKING

from django.utils import timezone

from musashimurayama_isms.fiscal import wareki
from policy.numbers import printed

if TYPE_CHECKING:
    from audits.models import Assignment, Engagement


def subject_words(engagement: "Engagement") -> str:
    """What is audited: section, contractor or system, theme, My Number."""
    lines = [engagement.what]
    if engagement.theme:
        lines.append(f"テーマ：{engagement.theme}")
    if engagement.clauses:
        lines.append(f"条項：{'、'.join(printed(number) for number in engagement.clauses)}")
    lines.append("マイナンバーの取扱いを含みます。" if engagement.my_number else "マイナンバーの取扱いは含みません。")
    return "\n".join(lines)


def period_words(engagement: "Engagement") -> str:
    """From its beginning to the day on site."""
    begun = wareki(engagement.starts_on)
    if engagement.fieldwork_at is None:
        return f"{begun}から"
    return f"{begun}から（実査 {wareki(timezone.localtime(engagement.fieldwork_at).date())}）"


def team_words(engagement: "Engagement") -> str:
    """The auditors, the leading one first."""
    rows = engagement.assignments.accepted().select_related("person")
    return "\n".join(_member(row) for row in rows)


def _member(row: "Assignment") -> str:
    outside = f"（{row.organisation}）" if row.organisation else ""
    return f"{row.person.name}{outside}{'　主任' if row.is_lead else ''}"


def item_words(engagement: "Engagement") -> str:
    """The 節 that the items are about, each with how many: what a notice says of 監査項目."""
    found: dict[str, int] = {}
    for clause in engagement.items.order_by("position").values_list("clause", flat=True):
        section = ".".join(clause.split(".")[:2])
        found[section] = found.get(section, 0) + 1
    return "\n".join(f"{printed(section)}　{count}項目" for section, count in found.items())
