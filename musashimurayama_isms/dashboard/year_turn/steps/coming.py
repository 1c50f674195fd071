"""What the new year begins with: open choices, plans, inspections, training, duties."""

from datetime import date

from django.urls import reverse

from audits.models import AuditProgramme, MediumTermPlan, TrainingSession
from audits.models.medium_term import YEARS
from audits.parties import Reach
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.parameters.overview import State as Chosen
from musashimurayama_isms.parameters.overview import lines

from ..acts import bare_duties, regular
from ..doors import act_door, door
from ..step import Figure, Group, State, Step, far
from ..turn import Turn


def parameters(turn: Turn) -> Step:
    """What the policy leaves open and the city has not chosen."""
    every = lines(at=turn.at)
    total, waiting = len(every), sum(line.state == Chosen.UNCONFIRMED for line in every)
    sentence = (
        f"市で決めていない事項が{waiting}件あります。標準の内容で動いていますので、変えるものがないかを確かめます。"
        if waiting
        else "全ての事項が決まっています。"
    )
    address = reverse("parameters:list")
    figures = (Figure(waiting, "未決定", f"{address}?state={Chosen.UNCONFIRMED}"), Figure(total - waiting, "決定済み"))
    doors = (door("未定事項を開く", address),)
    return Step("parameters", Group.COMING, "未定事項を確かめる", far(total - waiting, total), sentence, figures, doors)


def programme(turn: Turn) -> Step:
    """The audit plan of the new year."""
    plan = AuditProgramme.objects.filter(fiscal_year=turn.year).first()
    reach = Reach.of(turn.user, at=turn.at)
    sees = reach.sees_all or reach.is_house_auditor
    if plan is None:
        state, sentence = State.OPEN, f"{turn.label}の監査計画は、まだありません。"
        who = "情報セキュリティ監査総括責任者か監査人が作ります。"
        opened = door("監査計画の一覧を開く", reverse("audits:programmes") if sees else "")
        copied = act_door(turn, "programme", who)
        doors = (copied if copied.label else door("監査計画を作る", "", who), opened)
    else:
        is_draft = plan.is_draft
        state = State.PARTLY if is_draft else State.DONE
        sentence = f"{plan}は「{plan.get_status_display()}」です。" + ("承認すると、監査を始められます。" if is_draft else "")
        doors = (door("監査計画を開く", plan.get_absolute_url() if sees else "", "情報セキュリティ監査総括責任者が承認します。"),)
    return Step("programme", Group.COMING, "監査計画を作る", state, sentence, (), doors, "3.13.1.5")


def medium_term(turn: Turn) -> Step:
    """The plan over three years, whether it says something of the new one."""
    plan = MediumTermPlan.objects.filter(first_year__gt=turn.year - YEARS, first_year__lte=turn.year).first()
    rows = plan.rows.filter(fiscal_year=turn.year).count() if plan else 0
    if plan is None:
        last = MediumTermPlan.objects.filter(first_year__lte=turn.year).first()
        before = f"前の中期計画は{fiscal_year_label(last.first_year + YEARS - 1)}で終わります。" if last else ""
        state, sentence = State.OPEN, f"{turn.label}を含む中期計画がありません。{before}"
    else:
        state = State.DONE if rows else State.PARTLY
        sentence = f"{plan}に、{turn.label}の監査が{rows}件あります。"
    reach = Reach.of(turn.user, at=turn.at)
    sees = reach.sees_all or reach.is_house_auditor
    doors = (door("中期計画を開く", reverse("audits:medium_term") if sees else "", "情報セキュリティ監査総括責任者が作ります。"),)
    return Step("medium-term", Group.COMING, "中期監査計画を確かめる", state, sentence, (), doors, "3.13.1.5")


def inspection(turn: Turn) -> Step:
    """The self-inspection of the new year."""
    row = regular(turn)
    if row is None:
        state, sentence = State.OPEN, f"{turn.label}の自己点検は、まだ準備していません。"
    else:
        state = State.PARTLY if row.is_draft else State.DONE
        sentence = f"「{row}」は「{row.get_status_display()}」です。"
    address = row.get_absolute_url() if row and (turn.holds("CENTRAL_MANAGER") or not row.is_draft) else reverse("audits:inspections")
    doors = (act_door(turn, "inspection", "中央電子計算組織管理者が準備します。"), door("自己点検を開く", address))
    return Step("inspection", Group.COMING, "自己点検を準備する", state, sentence, (), doors, "3.13.2.1.1")


def training(turn: Turn) -> Step:
    """Sessions with a day in the new year."""
    rows = TrainingSession.objects.filter(fiscal_year=turn.year).exclude(status=TrainingSession.Status.CANCELLED)
    drafts, total = rows.filter(status=TrainingSession.Status.DRAFT).count(), rows.count()
    sentence = f"{turn.label}の研修の回が{total}件あります。" if total else f"{turn.label}の研修の回は、まだありません。"
    state = State.OPEN if not total else State.PARTLY if total == drafts else State.DONE
    figures = (Figure(drafts, "準備中"), Figure(total - drafts, "案内済み"))
    doors = (door("研修・訓練を開く", reverse("audits:training")),)
    return Step("training", Group.COMING, "研修の回を計画する", state, sentence, figures, doors, "3.9.2.1")


def duties(turn: Turn) -> Step:
    """Rounds of what comes round."""
    bare = bare_duties(turn)
    rows = Occurrence.objects.filter(due_on__range=(turn.first_day, date(turn.year + 1, 3, 31)))
    total = rows.count()
    if bare:
        sentence = f"{turn.label}の回がない定期業務が{bare}件あります。回は13か月先まで、毎日の処理で作られます。"
    elif total:
        sentence = f"{turn.label}の回が{total}件できています。日取りが今の体制に合うかを確かめます。"
    else:
        sentence = "定期業務は登録されていません。"
    state = State.NONE if not (bare or total) else State.DONE if not bare else State.PARTLY if total else State.OPEN
    figures = (Figure(total, "できている回"), Figure(bare, "回のない業務"))
    who = "中央電子計算組織管理者かポータル管理者が作ります。"
    doors = (
        act_door(turn, "duties", who),
        door("年間予定を開く", reverse("calendar_year", args=[turn.year])),
        door("定期業務を開く", reverse("duties:duties")),
    )
    return Step("duties", Group.COMING, "定期業務の回を確かめる", state, sentence, figures, doors)
