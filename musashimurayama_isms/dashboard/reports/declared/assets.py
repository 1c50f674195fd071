"""The register of information assets on A4."""

from typing import Any

from assets.models import Asset
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.fields import radio
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from policy.fields import SectionField

from ..asset_register import REGISTER
from ..report import Asker, Group, Report, ReportForm

KEPT, ALL = "kept", "all"


class RegisterForm(ReportForm):
    """A section or everything that one sees, with or without what is disposed of."""

    department = SectionField(Department.objects.none(), label="所管課", required=False, empty_label="見られるものすべて")
    state = radio("状態", [(KEPT, "廃棄済を除く"), (ALL, "廃棄済を含む")])

    def fill(self) -> None:
        seen = Asset.objects.visible_to(self.asker.user, at=self.asker.at).order_by().values("department")
        self.fields["department"].queryset = Department.objects.filter(pk__in=seen).select_related("parent")
        self.fields["state"].initial = KEPT


def register(asker: Asker, given: dict[str, Any]) -> Job:
    department = given["department"]
    return enqueue(REGISTER, by=asker.user, department=department.pk if department else None, state=given["state"])


REPORTS = (
    Report(
        "asset-register",
        Group.ASSETS,
        "情報資産台帳",
        "情報資産台帳",
        "情報資産を所管課ごとに並べ、分類ごとの件数を付けます。枚数が多いときは数分かかります。",
        "3.5.1",
        REGISTER,
        register,
        RegisterForm,
    ),
)
