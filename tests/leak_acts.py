"""What the persons of the tests do on their screens in the journey of a leak, from the red button to the measure that is done."""

from datetime import date, datetime

from django.urls import reverse

from incidents.models import AuthorityReport, Incident, Publication, ResponseTask

from .browser import Visitor

NOT_SO = ("sensitive", "local_sensitive", "property", "wrongful", "my_number", "attack", "crime", "network_cut", "lgwan", "juki")


def write(visitor: Visitor, **fields: str) -> None:
    """Fill fields of a form by their names."""
    for name, text in fields.items():
        visitor.page.locator(f"[name={name}]").fill(text)


def choose(visitor: Visitor, **fields: str) -> None:
    """Tick one of several by the name of the field."""
    for name, value in fields.items():
        visitor.page.locator(f"[name={name}][value='{value}']").check()


def on_day(visitor: Visitor, name: str, day: date) -> None:
    """Fill the boxes of a day, and of a time where the field asks for one."""
    for part in ("year", "month", "day", *(("hour", "minute") if isinstance(day, datetime) else ())):
        write(visitor, **{f"{name}_{part}": str(getattr(day, part))})


def click(visitor: Visitor, link: str) -> None:
    """Follow the first link of the page with these words."""
    visitor.page.locator("main").get_by_role("link", name=link, exact=True).first.click()
    visitor.page.wait_for_load_state()


def see(visitor: Visitor, link: str) -> None:
    """Follow a link to a page that nobody has looked at yet."""
    click(visitor, link)
    visitor.look()


def send_off(visitor: Visitor, button: str, answer: str) -> None:
    """Press a button and wait for what the portal says."""
    visitor.press(button)
    visitor.page.get_by_text(answer).first.wait_for()


def reported(clerk: Visitor) -> Incident:
    """Journey 1: the clerk reports on two pages."""
    clerk.page.get_by_role("link", name="インシデントを報告する").first.click()
    clerk.page.get_by_label("誤送信・誤送付", exact=False).check()
    clerk.page.get_by_label("含まれる", exact=True).check()
    clerk.press("次へ")
    write(clerk, summary="給付の対象者150人の一覧を添付したメールを、別の事業者に送った。", place="市民課の自席")
    write(clerk, information="給付の対象者の一覧（氏名・住所）", people_count="150")
    clerk.page.get_by_text("下書きを保存しました").wait_for()
    clerk.look("leak-report")
    clerk.press("報告する")
    clerk.page.get_by_role("dialog").get_by_role("button", name="報告する").click()
    clerk.page.get_by_text("報告を受け付けました").wait_for()
    clerk.look()
    return Incident.objects.get()


def passed_on(visitor: Visitor, button: str) -> None:
    """The report is the first row that waits on the desk; it is passed on with one button."""
    visitor.go("/")
    visitor.page.get_by_role("link", name="R8-001 誤送信").first.click()
    send_off(visitor, button, "に伝達しました")


def called_together(general: Visitor) -> None:
    """Step 5: citizens are affected, the meeting is called and the members are rung up."""
    see(general, "対応")
    see(general, "会議の要否を判断する")
    choose(general, citizens="yes", systems="no", outcome="security")
    send_off(general, "判断を記録する", "判断を記録しました")
    see(general, "情報セキュリティ会議を招集する")
    on_day(general, "planned_at", datetime(2026, 12, 28, 13, 30))
    write(general, place="庁議室")
    send_off(general, "招集する", "会議を招集しました")
    general.look("leak-meeting")
    send_off(general, "出席", "返事を記録しました")
    see(general, "電話連絡")


def measured(central: Visitor, leak: Incident) -> None:
    """Step 6 and the evidence."""
    central.go(reverse("incidents:desk", args=["central"]))
    central.look()
    see(central, "R8-001 誤送信・誤送付")
    see(central, "応急措置をとる")
    see(central, "応急措置を記録する")
    write(central, what="送信先に電話し、開かずに削除するよう頼んだ。メールの転送を止めた。")
    choose(central, basis="central")
    send_off(central, "記録する", "応急措置を記録しました")
    see(central, "証拠を登録する")
    write(central, name="メールサーバの送信記録", source="メールサーバ", place="行政経営課の金庫")
    choose(central, form="copy")
    record = {"name": "mail.log", "mimeType": "text/plain", "buffer": "送信 12月28日 9時40分".encode()}
    central.page.locator("[name=uploads]").set_input_files(record)
    send_off(central, "登録する", "証拠を登録しました")
    see(central, "メールサーバの送信記録")
    central.go(reverse("incidents:response", args=[leak.pk]))
    see(central, "応急措置の段階を済ませる")
    send_off(central, "済ませる", "応急措置の段階を済ませました")
    see(central, "横展開")


def minuted(secretary: Visitor) -> None:
    """What the meeting said and decided."""
    see(secretary, "開催を記録する")
    secretary.page.get_by_label("総務 部長", exact=False).check()
    write(secretary, minutes="送信先での削除を書面で確かめ、150人全員に知らせることを決めた。")
    send_off(secretary, "開催を記録する", "開催を記録しました")
    see(secretary, "決まったことを加える")
    write(secretary, words="送信先から、削除したことの書面を受け取る。")
    choose(secretary, owner="SECTION_OFFICER")
    on_day(secretary, "due_on", date(2027, 1, 8))
    send_off(secretary, "加える", "措置を加えました")
    secretary.look("leak-response")


def judged(secretary: Visitor, known_at: datetime, *, reason: str = "") -> None:
    """The questions of step 7: more than a hundred persons, nothing else."""
    on_day(secretary, "known_at", known_at)
    write(secretary, known_reason=reason)
    choose(secretary, **{f"q_{code}": "no" for code in NOT_SO})
    send_off(secretary, "報告先を判断する", "報告先を判断しました")


def shown(visitor: Visitor) -> str:
    """The words of the page."""
    return visitor.page.locator("main").inner_text()


def sent(visitor: Visitor, report: AuthorityReport, way: str, *, number: str = "", covers: str = "", people: str = "") -> None:
    """From the sheet to the record of having sent it."""
    visitor.go(report.get_absolute_url())
    visitor.look("leak-sheet" if report.stage.code == "prompt" else "")
    click(visitor, "送付を記録する")
    if report.stage.code != "final":
        visitor.look()
    choose(visitor, way=way)
    write(visitor, receipt_number=number)
    if covers:
        visitor.page.get_by_label(covers, exact=False).check()
    if people:
        write(visitor, people_count=people)
        choose(visitor, is_complete="yes")
    send_off(visitor, "送付を記録する", "送付を記録しました")


def terms(leak: Incident) -> dict[str, tuple[date | None, date | None]]:
    """Until when each report that is due has to be sent: the day and the last one the law leaves."""
    rows = AuthorityReport.objects.filter(incident=leak).exclude(status=AuthorityReport.Status.OUT).with_facts()
    return {f"{row.authority.code}:{row.stage.code}": (row.due_on, row.latest_on) for row in rows}


def published(secretary: Visitor, member: Visitor, leak: Incident) -> None:
    """The committee proposes, a member decides, the city publishes."""
    secretary.go(reverse("incidents:authorities", args=[leak.pk]))
    see(secretary, "公表の案を作る")
    choose(secretary, way=Publication.Way.AT_ONCE)
    secretary.page.get_by_label("市のホームページに載せる").check()
    secretary.page.get_by_label("法律が報告を求める漏えい等に当たる").check()
    write(secretary, reason="150人の個人情報のため", text="給付の対象者150人の一覧を、別の事業者にメールで送りました。")
    on_day(secretary, "planned_on", date(2027, 1, 4))
    send_off(secretary, "委員に送る", "公表の案を委員に送りました")
    member.go("/")
    member.page.get_by_role("link", name="R8-001 公表の案").click()
    member.look()
    send_off(member, "この案に決める", "公表の方法を決定しました")
    secretary.go(reverse("incidents:authorities", args=[leak.pk]))
    see(secretary, "公表したことを記録する")
    write(secretary, where="市のホームページ（新着情報）")
    send_off(secretary, "公表を記録する", "公表したことを記録しました")


def agreed(visitor: Visitor, leak: Incident) -> None:
    """One of the three says yes to the cause."""
    visitor.go(reverse("incidents:response", args=[leak.pk]))
    click(visitor, "確かめて答える")
    choose(visitor, agrees="yes")
    send_off(visitor, "回答する", "回答を記録しました")


def prevented(secretary: Visitor, leak: Incident) -> None:
    """Step 9: one measure with an owner, a day and a look at its effect, reported to the CISO."""
    secretary.go(reverse("incidents:response", args=[leak.pk]))
    see(secretary, "案を加える")
    write(secretary, words="個人情報を含むメールは、二人で宛先を確かめてから送る。")
    choose(secretary, owner="SECTION_OFFICER")
    on_day(secretary, "due_on", date(2027, 1, 22))
    on_day(secretary, "check_on", date(2027, 4, 22))
    send_off(secretary, "加える", "措置を加えました")
    see(secretary, "CISOに報告する")
    write(secretary, words="送る前の確かめを、人と仕組みの両方で行う。")
    send_off(secretary, "CISOに報告する", "再発防止策をCISOに報告しました")


def done(visitor: Visitor, task: ResponseTask, note: str) -> None:
    """The owner says that a measure is carried out."""
    visitor.go(task.get_absolute_url())
    click(visitor, "実施を記録する")
    write(visitor, note=note)
    send_off(visitor, "実施を記録する", "実施を記録しました")
