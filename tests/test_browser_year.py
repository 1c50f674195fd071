"""A whole 年度 in a real browser, with the clock as a parameter: from the plan of 令和8年度 to the plan of the next year.

Each main act is done once by page, by the person whose act it is; what repeats it goes through the models' own doors.
"""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.models import (
    Assignment,
    AuditProgramme,
    AuditReport,
    Campaign,
    CorrectiveAction,
    Engagement,
    Finding,
    Improvement,
    PolicyReview,
    Source,
    TrainingSession,
)
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.tasks import apply_due_changes_task
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.duties.ahead import make_ahead
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.files.store import attach
from policy.catalogue import load_obligations

from . import audit_rows, inspections, reviews, trainings
from .browser import Visitor
from .clock import Clock
from .factory import make_appointment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEDIA = "3-5(2)キ(イ)"
FIELDWORK = datetime(2026, 10, 14, 13, 30)  # noqa: DTZ001 - as it is typed
WRITTEN = {"policy": "媒体の取扱いを重点とする", "goals": "市民課を監査する", "contractors": "今年度は行わない。契約が少ないため"}
WRITTEN |= {"outside_help": "頼まない", "committee_reason": "例年どおりのため", "head_conflict_reason": "ポリシーの定めによる兼務のため"}


class Year:
    """The people of the year, the portal's clock, and a screen for each of them."""

    def __init__(self, cast, clock: Clock, at_desk: Callable[[User], Visitor]) -> None:
        self.cast, self.clock, self.at_desk = cast, clock, at_desk
        self.mover = audit_rows.second_auditor(cast)
        self.successor = make_user(name="監査 三席")
        make_appointment(self.successor, "kansa.staff")
        make_appointment(self.successor, "kansa.auditor", kind="named")

    def on(self, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """Put the clock to a day of 令和8年度."""
        return self.clock.set(2026 if month > 3 else 2027, month, day, hour, minute)

    def seat(self, person: User, name: str, *args: object) -> Visitor:
        """The person's screen with this page on it, which keeps what every page promises."""
        visitor = self.at_desk(person)
        visitor.go(reverse(name, args=args))
        visitor.look()
        return visitor

    @property
    def audit(self) -> Engagement:
        return Engagement.objects.get()

    @property
    def finding(self) -> Finding:
        return Finding.objects.get()


def fill(visitor: Visitor, /, **fields: object) -> None:
    """Fill a form by the names of its fields; a day goes into its boxes, of choices the value is ticked."""
    for name, value in fields.items():
        if isinstance(value, date):
            parts = ("year", "month", "day", *(("hour", "minute") if isinstance(value, datetime) else ()))
            fill(visitor, **{f"{name}_{part}": str(getattr(value, part)) for part in parts})
            continue
        box = visitor.page.locator(f"[name={name}]")
        match box.first.evaluate("box => box.type"):
            case "radio" | "checkbox" if value is not True:
                visitor.page.locator(f"[name={name}][value='{value}']").check()
            case "checkbox":
                box.check()
            case "select-one":
                box.select_option(str(value))
            case _:
                box.fill(str(value))


def follow(visitor: Visitor, link: str) -> None:
    """Click a link and look at what comes."""
    visitor.page.locator("main").get_by_role("link", name=link).first.click()
    visitor.page.wait_for_load_state()
    visitor.look()


def send(visitor: Visitor, button: str, said: str, /, *, asks: bool = False, **fields: object) -> None:
    """Fill the form that is open, press its button, and wait for what the portal says."""
    fill(visitor, **fields)
    (visitor.confirm if asks else visitor.press)(button)
    visitor.page.get_by_text(said).first.wait_for()


def cell(visitor: Visitor, day: date) -> str:
    """What stands on a day of the calendar's month."""
    return visitor.page.locator(f"td:has(time[datetime='{day}'])").inner_text()


@pytest.fixture
def year(cast, clock, at_desk) -> Year:
    at = clock.set(2026, 4, 1, 9)
    load_obligations()
    load_request_types()
    load_duties(at=at)
    make_ahead(at=at)
    return Year(cast, clock, at_desk)


def test_a_fiscal_year_from_the_plan_to_the_plan_of_the_next_one(year):
    april(year)
    may(year)
    june(year)
    july(year)
    september(year)
    october(year)
    november(year)
    february(year)
    march(year)
    end_of_the_year(year)


def april(year: Year) -> None:
    """The plan: themes, targets, approval; the request to the auditors."""
    year.on(4, 20)
    head = year.seat(year.cast.audit_head, "audits:programmes")
    follow(head, "監査計画を作り始める")
    send(head, "作り始める", "監査計画を作り始めました", fiscal_year=2026)
    head.look()
    follow(head, "方針などを書く")
    send(head, "保存する", "保存しました", **WRITTEN)
    follow(head, "テーマを加える")
    send(head, "加える", "テーマを加えました", title="媒体の管理", clauses=MEDIA)
    follow(head, "監査の対象を加える")
    send(head, "加える", "対象を加えました", department=year.cast.section.pk, month=10, note="取扱いが多いため")
    send(head, "監査計画を承認する", "監査計画を承認しました", asks=True)
    head.look()
    follow(head, "監査を始める")
    send(head, "監査を始める", "監査を始めました", purpose="媒体の管理を確かめる")
    follow(head, "監査人に依頼する")
    send(head, "依頼する", "依頼しました", person=year.cast.auditor.pk, is_lead=True)
    head.look()
    asked = Assignment.ask(year.audit, year.mover, by=year.cast.audit_head, at=year.clock.now)
    asked.accept(by=year.mover, at=year.clock.now)
    auditor = year.seat(year.cast.auditor, "audits:engagement", year.audit.pk)
    send(auditor, "監査を引き受ける", "監査を引き受けました")


def may(year: Year) -> None:
    """What will be looked at, out of the obligations; the plan of the audit, acknowledged."""
    at = year.on(5, 14)
    auditor = year.seat(year.cast.auditor, "audits:checklist", year.audit.pk)
    send(auditor, "義務から監査項目を作る", "監査項目を作りました")
    audit_rows.acknowledge_plan(year.audit, year.cast, at=at)
    auditor.go(year.audit.get_absolute_url())
    follow(auditor, "この段階を終える")
    send(auditor, "次の段階に進む", "次の段階に進みました")
    assert year.audit.phase == Engagement.Phase.SURVEY


def june(year: Year) -> None:
    """The yearly training: announced, read, tested; its duty is done with it."""
    at = year.on(6, 8)
    course = trainings.make_course(year.cast, at=at)
    attach(course, SimpleUploadedFile("教材.txt", "守ること".encode()), by=year.cast.general_manager)
    organiser = year.seat(year.cast.general_manager, "audits:training_course", course.pk)
    follow(organiser, "回を作る")
    send(organiser, "準備する", "案内する", name="第1回", form="reading", due_on=date(2026, 6, 26), everyone=True)
    send(organiser, "案内する", "対象の方に案内しました", asks=True)
    session = TrainingSession.objects.get()
    clerk = year.seat(year.cast.clerk, "audits:training_session", session.pk)
    clerk.press("資料を読みました")
    follow(clerk, "テストを受ける")
    send(clerk, "答える", "100点", q0=trainings.RIGHT[0], q1=trainings.RIGHT[1])
    for row in session.attendances.missing().exclude(person=year.cast.clerk).select_related("person"):
        trainings.completed(session, row.person, at=at)
    organiser.go(session.get_absolute_url())
    organiser.page.locator("details.more summary").first.click()
    follow(organiser, "回を終える")
    send(organiser, "終える", "回を終えました", note="全員が受けた")
    assert Occurrence.objects.get(duty__code="training").status == Occurrence.Status.DONE


def july(year: Year) -> None:
    """The day is settled with the section, the notice sent and received, the survey answered; the duty of the plan recorded."""
    at = year.on(7, 10)
    cast, pk = year.cast, year.audit.pk
    auditor = year.seat(cast.auditor, "audits:schedule", pk)
    follow(auditor, "候補日を出す")
    send(auditor, "候補日を出す", "候補日を出しました", starts_at=FIELDWORK, hours=3, place="会議室")
    officer = year.seat(cast.section_officer, "audits:schedule", pk)
    send(officer, "この日にする", "候補日を選びました")
    auditor.page.reload()
    send(auditor, "この日で確定する", "実査の日を確定しました")
    follow(auditor, "監査通知を送る")
    send(auditor, "通知を送る", "通知を送りました")
    officer.page.reload()
    send(officer, "通知を受け取る", "通知を受け取りました")
    officer.look()
    auditor.go(reverse("audits:survey", args=[pk]))
    follow(auditor, "監査項目から質問を作る")
    send(auditor, "質問を作る", "質問を作りました", only_must="all")
    follow(auditor, "予備調査を送る")
    send(auditor, "課に送る", "課に送りました", due_on=date(2026, 7, 31))
    clerk = year.seat(cast.clerk, "audits:survey", pk)
    question = clerk.page.locator(".item").first
    question.locator("[name=answer]").first.check()
    question.get_by_text("保存しました").wait_for()
    for row in year.audit.questionnaire.questions.filter(answer=""):
        row.respond("yes", words="しています。", by=cast.colleague, at=at)
    officer.go(reverse("audits:survey", args=[pk]))
    send(officer, "回答を提出する", "回答を提出しました", asks=True)
    audit_rows.end(year.audit, cast, at=at)
    officer.go(reverse("calendar_month", args=[2026, 10]))
    officer.look()
    assert f"監査の実査：{year.audit.number} 13:30" in cell(officer, FIELDWORK.date())
    duty = Occurrence.objects.get(duty__code="audit-plan")
    head = year.seat(cast.audit_head, "duties:occurrence", duty.pk)
    send(head, "実施を記録する", "記録しました", note="計画を承認し、監査項目を整理した")
    done(year, "audit-notice", at)


def done(year: Year, code: str, at: datetime) -> None:
    """The audit head records the work of the year's audits as done."""
    Occurrence.objects.get(duty__code=code).complete(by=year.cast.audit_head, at=at, note="実施した")


def september(year: Year) -> None:
    """An auditor is moved into the audited section: flagged at once, kept out, replaced (3.13.1.1)."""
    year.on(8, 25)
    cast, pk = year.cast, year.audit.pk
    personnel = year.seat(cast.personnel, "accounts:upload_personnel_change")
    words = io.StringIO()
    rows = [["職員番号", "氏名", "区分", "新所属", "新職"], [year.mover.staff_number, year.mover.name, "異動", "市民課", "職員"]]
    csv.writer(words).writerows(rows)
    fill(personnel, effective_on=date(2026, 9, 1))
    content = {"name": "異動.csv", "mimeType": "text/csv", "buffer": words.getvalue().encode("utf-8-sig")}
    personnel.page.locator("[name=file]").set_input_files(content)
    send(personnel, "取り込んで確かめる", f"{year.mover.name}さん")
    personnel.look()
    send(personnel, "適用待ちにする", "適用待ちにしました", asks=True)
    year.on(9, 1, 0, 5)
    assert apply_due_changes_task.run() == 1

    year.on(9, 1)
    moved = year.at_desk(year.mover)
    assert moved.go(reverse("audits:checklist", args=[pk])).status == 404
    moved.complaints.clear()  # the browser's own word about a 404
    moved.go(year.audit.get_absolute_url())
    moved.page.get_by_text("この監査の記録は書けません").first.wait_for()
    moved.look()
    head = year.seat(cast.audit_head, "desk")
    follow(head, "さんは独立した監査人でなくなりました")
    assert "監査を受ける側と同じ部に属しています" in head.page.locator("main").inner_text()
    row = head.page.locator("li[data-urgent]", has_text=year.mover.name)
    row.get_by_role("link", name="監査人を交代させる").click()
    head.look()
    send(head, "交代させる", "交代を記録し", person=year.successor.pk, reason="監査を受ける課に異動したため")
    head.look()
    year.audit.assignments.get(person=year.successor).accept(by=year.successor, at=year.clock.now)
    assert not Assignment.objects.with_conflicts(at=year.clock.now)


def october(year: Year) -> None:
    """The self-inspection is opened and answered; on site the auditor finds something."""
    at = year.on(10, 1)
    cast = year.cast
    manager = year.seat(cast.central_manager, "audits:new_campaign")
    send(manager, "作る", "点検を作りました", due_on=date(2026, 10, 30))
    send(manager, "回答の受付を始める", "回答の受付を始めました", asks=True)
    campaign = Campaign.objects.get()
    sheet = inspections.sheet_of(campaign, cast.clerk)
    clerk = year.seat(cast.clerk, "audits:sheet", sheet.pk)
    clerk.page.locator(".inspection__card").first.get_by_label("○ できている").check()
    clerk.page.get_by_text("保存しました").first.wait_for()
    inspections.answer_all(sheet, by=cast.clerk, at=at, q1=("no", "引き出しに鍵がない", "鍵を付ける"))
    clerk.page.reload()
    send(clerk, "提出する", "点検票を提出しました", asks=True)
    for person in (cast.colleague, cast.promoter):
        other = inspections.answer_all(inspections.sheet_of(campaign, person), by=person, at=at)
        other.submit(by=person, at=at)
    on_site(year)


def on_site(year: Year) -> None:
    """A result by a key, a finding in place."""
    at = year.on(10, 14, 14)
    cast, audit = year.cast, year.audit
    first, *others = audit.items.all()
    for item in others:
        item.respond(seen=item.version, result="conform", by=cast.auditor, at=at)
    auditor = year.seat(cast.auditor, "audits:checklist", audit.pk)
    page = auditor.page
    page.keyboard.press("j")
    page.keyboard.press("3")
    page.locator(f"#item-saved-{first.pk}", has_text="保存しました").wait_for()
    page.locator(f"#item-{first.pk}").get_by_role("button", name="指摘の案を書く").click()
    box = page.locator(f"#finding-{first.pk}")
    box.get_by_label("件名").fill("返却日の記録の不足")
    box.get_by_label("事実").fill("3件で返却日の記録がない")
    box.get_by_label("リスク").fill("紛失に気づかない")
    box.get_by_role("button", name="案を残す").click()
    box.get_by_text("指摘の案を書きました").wait_for()
    audit_rows.paper(audit, cast, at=at).review_it(by=cast.audit_head, at=at)
    audit_rows.end(audit, cast, at=at)
    done(year, "audit-fieldwork", at)
    assert year.finding.status == Finding.Status.DRAFT


def november(year: Year) -> None:
    """The inspection is closed, summed up by the chief, reported."""
    year.on(11, 2)
    cast, campaign = year.cast, Campaign.objects.get()
    manager = year.seat(cast.central_manager, "audits:campaign", campaign.pk)
    send(manager, "回答を締め切る", "締め切りました", asks=True)
    chief = year.seat(cast.section_officer, "audits:section_result", campaign.section_results.get(department=cast.section).pk)
    follow(chief, "この質問の改善策を書く")
    send(chief, "加える", "改善策を加えました", text="引き出しの鍵を買う", due_on=date(2026, 11, 30))
    send(chief, "まとめる", "課の結果をまとめました", comment="鍵の不足がある")
    chief.look()
    manager.page.reload()
    follow(manager, "結果を報告する")
    send(manager, "報告する", "結果を報告しました", summary="鍵の不足が目立つ", reason="ほかの課は対象が少ない")
    manager.look()
    assert Occurrence.objects.filter(duty__code="self-inspection", status=Occurrence.Status.DONE).exists()
    Improvement.objects.get().finish(outcome="買って配った", by=cast.section_officer, at=year.on(11, 27))


def february(year: Year) -> None:
    """Exchange of views, report to the section, the head and the CISO, order to deal with the finding, its plan."""
    at = year.on(2, 10)
    cast, pk = year.cast, year.audit.pk
    auditor = year.seat(cast.auditor, "audits:findings", pk)
    send(auditor, "指摘の案を意見交換に出す", "課に示しました", asks=True)
    officer = year.seat(cast.section_officer, "audits:findings", pk)
    follow(officer, "意見を出す")
    send(officer, "意見を出す", "意見を出しました", agrees="no", text="1件は別の簿冊に記録がある")
    auditor.page.reload()
    follow(auditor, "意見に回答する")
    send(auditor, "回答する", "意見に回答しました", outcome="kept", answer="ほかの2件に記録がない")
    auditor.go(reverse("audits:report", args=[pk]))
    send(auditor, "報告書を書き始める", "報告書を書き始めました")
    follow(auditor, "報告書を書く")
    send(auditor, "保存する", "報告書の案を保存しました", summary="おおむね良好だが、返却の記録に課題がある")
    send(auditor, "報告書を提出する", "提出しました", asks=True)
    auditor.look()
    head = year.seat(cast.audit_head, "audits:report", pk)
    follow(head, "CISOに報告する")
    send(head, "報告する", "CISOに報告しました", to_committee="no", committee_reason="一つの課に限られるため")
    for visitor in (head, year.seat(cast.ciso, "audits:report", pk)):
        visitor.go(reverse("audits:report", args=[pk]))
        send(visitor, "報告書を受領する", "報告書を受領しました")
    AuditReport.objects.get().receipts.pending().get().receive(by=cast.section_officer, at=at)
    audit_rows.end(year.audit, cast, at=at)
    head.go(reverse("audits:actions"))
    follow(head, "返却日の記録の不足")
    send(head, "対処を指示する", "対処を指示しました", addressee="section", instruction="記録を始める")
    officer.go(CorrectiveAction.objects.get().get_absolute_url())
    follow(officer, "対処の計画を書く")
    send(officer, "計画を出す", "対処の計画を出しました", cause="様式に欄がない", plan="様式に欄を設ける")


def march(year: Year) -> None:
    """The finding is dealt with and checked by another one; the policy review looks at the year."""
    year.on(3, 8)
    cast, action = year.cast, CorrectiveAction.objects.get()
    officer = year.seat(cast.section_officer, "audits:action", action.pk)
    follow(officer, "対処を報告する")
    send(officer, "報告する", "対処を報告しました", result="様式を改めた")
    auditor = year.seat(cast.auditor, "audits:action", action.pk)
    follow(auditor, "効果を確かめる")
    send(auditor, "記録する", "確認の結果を記録しました", is_effective="yes", words="新しい様式の記録を見た")
    head = year.seat(cast.audit_head, "audits:action", action.pk)
    follow(head, "ほかの課にも同じ問題がないか照会する")
    head.go(action.get_absolute_url())
    follow(head, "フォローアップ監査を始める")
    review(year)


def review(year: Year) -> None:
    """Finding and inspection are its inputs; the committee decides, the secretariat closes it."""
    at = year.on(3, 15)
    cast = year.cast
    secretary = year.seat(cast.secretary, "audits:begin_policy_review")
    send(secretary, "始める", "材料を集めています")
    secretary.look()
    words = secretary.page.locator("main").inner_text()
    assert f"{year.finding.number} 返却日の記録の不足" in words
    assert "改善済み" in words
    follow(secretary, "委員会に付議する")
    send(secretary, "付議する", "委員会で審議しています", explanation="今年度の材料を審議してください。")
    found = PolicyReview.objects.get()
    assert {Source.AUDIT, Source.INSPECTION} <= set(found.inputs.values_list("source", flat=True))
    follow(secretary, "材料を順に審議する")
    assert year.finding.number in secretary.page.locator("h1").inner_text()
    send(secretary, "保存して次へ", "の記録を保存しました", decision="operate", reason="様式の見直しで足りる")
    reviews.decide_all(found, cast, at=at)
    reviews.resolve(found, cast, at=at)
    secretary.go(found.get_absolute_url())
    secretary.page.get_by_role("link", name="見直しを終了する").first.click()
    send(secretary, "終了する", "見直しを終了しました")
    assert Occurrence.objects.get(duty__code="policy-review").status == Occurrence.Status.DONE


def end_of_the_year(year: Year) -> None:
    """What comes round is done, the audit and the year are closed, next year's plan is copied and changed."""
    at = year.on(3, 31)
    cast, audit = year.cast, year.audit
    for row in Occurrence.objects.open().filter(department=cast.section, due_on__lte=at.date()).select_related("duty"):
        row.complete(by=row.able(at=at)[0].person, at=at, note="異常なし")
    audits = Occurrence.objects.filter(duty__mechanism="duty:audit", due_on__lte=at.date())
    assert set(audits.values_list("status", flat=True)) == {Occurrence.Status.DONE}
    officer = year.seat(cast.section_officer, "calendar_year", 2026)
    assert "期限超過" not in officer.page.locator("main").inner_text()
    audit.keep_papers(place="監査事務局の書庫", by=cast.audit_head, at=at)
    head = year.seat(cast.audit_head, "audits:engagement", audit.pk)
    follow(head, "この段階を終える")
    send(head, "次の段階に進む", "次の段階に進みました")
    plan = AuditProgramme.objects.get()
    head.go(plan.get_absolute_url())
    follow(head, "年度の監査を終える")
    send(head, "終える", "年度の監査を終えました", closing="媒体の記録に課題があった")
    head.go(reverse("audits:programmes"))
    follow(head, "監査計画を作り始める")
    send(head, "作り始める", "監査計画を作り始めました", fiscal_year=2027, copy_from=plan.pk)
    follow(head, "監査の対象を加える")
    send(head, "加える", "対象を加えました", department=cast.other_section.pk, month=11, note="前年の指摘と同じ扱いがあるため")
    head.look()
    changes = head.page.locator("section", has=head.page.get_by_role("heading", name="から変えたところ")).inner_text()
    assert cast.other_section.full_name in changes
    copied = AuditProgramme.objects.get(fiscal_year=2027)
    assert (copied.policy, [row.title for row in copied.themes.all()]) == (WRITTEN["policy"], ["媒体の管理"])
    head.go(reverse("calendar_year", args=[2026]) + "?scope=city")
    head.look()
    assert "監査の実査" in head.page.locator("main").inner_text()
