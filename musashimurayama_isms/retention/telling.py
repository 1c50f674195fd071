"""Each fiscal year the holders are told once what has reached its end."""

from collections import defaultdict
from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import acting, ask_everywhere, day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.notifications.notices import notify

from .due import every_batch, holder_of
from .hands import OF_SECTION
from .kinds import Holder

TOLD = {
    Holder.SECTION: OF_SECTION,
    Holder.CENTRAL: (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR),
    Holder.AUDIT: (RoleCode.AUDIT_HEAD,),
}


def tell(*, at: datetime) -> int:
    """Tell who proposes and who decides; gives to how many places. A run that is missed loses nothing, run again it says nothing."""
    ask_everywhere(at=at)
    counts: dict[tuple[str, Department | None], int] = defaultdict(int)
    for batch in every_batch(at=at):
        counts[holder_of(batch.kind, batch.department), batch.department] += batch.count
    for (holder, department), count in counts.items():
        place = department.full_name if department and holder == Holder.SECTION else "全庁"
        notify(
            to=_people(holder, department, at=at),
            title=f"保存年限の過ぎた記録があります（{place}）",
            body=f"{count}件の記録の保存年限が過ぎました。廃棄を起案するか、残す理由を確かめてください。",
            url=reverse("retention:due"),
            key=f"retention:{fiscal_year(day_of(at))}:{holder}:{department.pk if department else 0}",
            at=at,
        )
    return len(counts)


def _people(holder: str, department: Department | None, *, at: datetime) -> list[User]:
    place = department if holder == Holder.SECTION else None
    hats = (hat for code in TOLD[Holder(holder)] for hat in acting(code, at=at, department=place))
    return list({hat.person.pk: hat.person for hat in hats}.values())
