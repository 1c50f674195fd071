"""The items of the checklist, and the table that was taken along."""

from collections.abc import Callable

from audits.acts import Act
from audits.engagements import paper_forms as forms
from audits.engagements.acts_of.roles import Kind, Phase, auditor, by_slug, during
from audits.engagements.generation import make_items
from audits.findings import forms as of_findings
from audits.models import CheckItem, MergeConflict


def _decide(choice: str) -> Callable[..., None]:
    return lambda row, **given: row.decide(choice, **given)


ACTS = by_slug(
    Act(
        "make-items",
        "義務から監査項目を作る",
        make_items,
        auditor,
        "checklist",
        "監査項目を作りました。",
        when=during(Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK),
        clause="3.13.1.5",
    ),
    Act(
        "add-item",
        "監査項目を足す",
        CheckItem.add,
        auditor,
        "checklist",
        "監査項目を足しました。",
        label="足す",
        form=forms.ItemForm,
        when=during(Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK),
    ),
)
KINDS: dict[str, Kind] = {
    "item": Kind(
        CheckItem,
        "engagement",
        by_slug(
            Act(
                "finding",
                "指摘の案を書く",
                CheckItem.raise_finding,
                auditor,
                "checklist",
                "指摘の案を書きました。",
                label="案を残す",
                form=of_findings.FindingForm,
                when=lambda row: row.engagement.phase in (Phase.FIELDWORK, Phase.REPORTING),
            ),
            Act(
                "must",
                "必須にする",
                lambda row, **given: row.set_must(True, **given),
                auditor,
                "checklist",
                "必須の項目にしました。",
                when=lambda row: not row.is_must,
            ),
            Act(
                "may",
                "必須から外す",
                lambda row, **given: row.set_must(False, **given),
                auditor,
                "checklist",
                "必須から外しました。",
                when=lambda row: row.is_must,
            ),
            Act(
                "remove",
                "項目を外す",
                CheckItem.remove,
                auditor,
                "checklist",
                "項目を外しました。",
                when=lambda row: not row.version,
                asks="この監査では、この項目を確かめないことになります。",
            ),
        ),
    ),
    "conflict": Kind(
        MergeConflict,
        "merge.engagement",
        by_slug(
            Act(
                "file", "表の内容にする", _decide("file"), auditor, "merge", "表の内容にしました。", when=lambda row: row.decided_at is None
            ),
            Act(
                "portal",
                "ポータルの内容のままにする",
                _decide("portal"),
                auditor,
                "merge",
                "ポータルの内容のままにしました。",
                when=lambda row: row.decided_at is None,
            ),
            Act(
                "both",
                "両方を残す",
                _decide("both"),
                auditor,
                "merge",
                "両方を残しました。",
                when=lambda row: row.decided_at is None and row.can_keep_both,
            ),
        ),
    ),
}
