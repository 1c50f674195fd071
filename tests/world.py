"""One of everything, for the table of URLs: made through the real transitions by the persons of the cast."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assets.intake.file import read_headings
from assets.ledgers.table import Line
from assets.models import (
    AssetImport,
    AssetPermission,
    Connection,
    DevelopmentFile,
    Device,
    IdCheck,
    Improvement,
    LedgerEntry,
    LedgerImport,
    LogKept,
    RiskAssessment,
    StockTake,
    System,
)
from audits.models import Campaign, CorrectiveAction, MediumTermPlan, PolicyReview, ReviewInput
from audits.models import Improvement as InspectionImprovement
from incidents.authorities.half_year import Half
from incidents.models import (
    Bulletin,
    ComplianceProblem,
    Consultation,
    Drill,
    DrillTask,
    Incident,
    IncidentKind,
    IncidentLink,
    Inquiry,
    OralEntry,
    OutsideContact,
    PlanVersion,
    Violation,
    Vulnerability,
)
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.entrance.factors import enrol_app
from musashimurayama_isms.accounts.models import (
    Absence,
    CalendarToken,
    Department,
    DeputyNaming,
    EmergencyLock,
    FactorReset,
    HandoverItem,
    PersonnelChange,
    Post,
)
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.approvals.models import Circulation, Decision, Item, Meeting, Recusal, Request, Route, Waiver
from musashimurayama_isms.backup.models import Backup, Proof
from musashimurayama_isms.disclosure.models import Disclosure
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.retention.models import Disposal as RecordDisposal
from musashimurayama_isms.retention.models import Hold
from musashimurayama_isms.retention.registry import KINDS
from policy.drafting import compare
from policy.importer.outline import _fixture as outline_fixture
from policy.importer.outline import policy_of, the_policy
from policy.importer.store import write
from policy.models import ConfirmationRound, Law, PolicyException, ReadingGrant, Regulation, Revision

from . import audit_rows, errands, outside, response_rows, trainings
from .authority_acts import propose, report_to, send
from .cast import Cast
from .document_rows import approve, make_document
from .document_rows import write as write_draft
from .factory import make_appointment, make_asset, make_request_type, make_user
from .matters import ERRAND, RULING


class World:
    """The key of each object stands under the word that the table of URLs uses for it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.at = timezone.now()
        reference.load()
        for person in cast.everyone():
            person.set_password("tests-only-passphrase-2026")
            person.save(update_fields=["password"])
        self.desk_look = ("bulletin", "0")
        self.page, self.scope, self.number = "first-steps", "mine", "3.9.3.1.1"
        self.search_kind, self.scheduled_task = "people", "files.sweep"
        self.measure_section = "3.10"
        self.plan_month, self.plan_year = (2026, 11), 2026
        self.turn_list, self.turn_act = (self.plan_year, "requests"), (self.plan_year, "inspection")
        self.calendar_token, self.calendar_secret = CalendarToken.make(scope="mine", by=cast.clerk, at=self.at)
        self.report_slug = "monthly"
        self.bearer, self.export = "TERMINAL_USER", ("parameters.gaps", "csv")
        self._incidents()
        self._response()
        self._authorities()
        self._reports()
        self._organisation()
        self._bad_day()
        self._jobs()
        self._notices()
        self._policy()
        self._documents()
        self._committee()
        self._parameters()
        self._exceptions()
        self._registers()
        self._requests()
        self._duties()
        self._services()
        self._assets()
        self._moves()
        self._risk()
        self._alerts()
        self._inspection()
        self._training()
        self._policy_review()
        self._audits()
        self._disclosures()
        self._backups()
        self._retention()

    def _backups(self) -> None:
        name, sha256 = "portal-20261101-0230.backup", "ab" * 32
        Backup.objects.create(name=name, status=Backup.Status.MADE, sha256=sha256, begun_at=self.at, ended_at=self.at)
        self.proof = Proof.note_result(name=name, sha256=sha256, at=self.at, rows=1, files=0, head="0:")

    def _disclosures(self) -> None:
        """A masked copy of the incident that is being prepared, and one that waits for a second person."""
        begun = [
            Disclosure.begin("incident", str(self.incident.pk), reception="試験", by=self.cast.administrator, at=self.at) for _ in range(2)
        ]
        self.disclosure, self.submitted_disclosure = begun
        self.disclosure_span = (self.disclosure, self.disclosure.spans.first())
        self.submitted_disclosure.submit(by=self.cast.administrator, at=self.at)

    def _retention(self) -> None:
        """Requests of years ago whose time is over: a disposal that waits for the decision, one that is permitted, and a hold."""
        cast, old = self.cast, datetime(2020, 6, 1, 10, tzinfo=TOKYO)
        kind = KINDS["request"]
        self.retention_batch = (kind.code, 2020)

        def ended() -> None:
            request = self._drafted(ERRAND, cast.clerk)
            request.submit(by=cast.clerk, at=old)
            request.withdraw(by=cast.clerk, at=old)

        def proposed() -> RecordDisposal:
            ended()
            return RecordDisposal.propose(kind, 2020, cast.section, by=cast.administrator, at=self.at)

        self.record_disposal, self.permitted_record_disposal = proposed(), proposed()
        self.permitted_record_disposal.permit(by=cast.section_officer, at=self.at)
        ended()  # and one that nobody has proposed yet
        self.record_hold = Hold.put(kind, str(self.running.pk), reason="試験", until=None, by=cast.central_manager, at=self.at)

    def args(self, key: str | None) -> list:
        """The arguments of an address that speaks of the object under `key`."""
        if key is None:
            return []
        found = getattr(self, key)
        return [getattr(part, "pk", part) for part in (found if isinstance(found, tuple) else (found,))]

    def _incidents(self) -> None:
        kind = IncidentKind.objects.get(code="other")
        facts = {
            "kind": kind,
            "noticed_at": self.at,
            "personal_information": "no",
            "department": self.cast.section,
            "summary": "試験",
            "place": "窓口",
        }
        self.draft = Incident.objects.create(reporter=self.cast.clerk, **facts)
        self.incident = Incident.objects.create(reporter=self.cast.clerk, **facts).report(by=self.cast.clerk, at=self.at)
        receipt = self.incident.steps.get(code="report").receipts.get()
        spoken = {"spoken_by": self.cast.section_officer, "spoken_at": self.at, "content": ""}
        self.oral = OralEntry.enter(receipt, by=self.cast.clerk, at=self.at + timedelta(minutes=1), **spoken)
        other = Incident.objects.create(reporter=self.cast.clerk, **facts).report(by=self.cast.clerk, at=self.at)
        self.receipt = other.steps.get(code="report").receipts.get()
        self.step = self.incident.steps.get(code="pass_on")
        self.file = attach(self.incident, SimpleUploadedFile("記録.txt", "時刻と操作".encode()), by=self.cast.clerk)

    def _authorities(self) -> None:
        """A report to be sent, one that was sent, a proposal to publish, and a publication that was decided."""
        cast, later = self.cast, self.at + timedelta(minutes=2)
        self.authority_report = report_to(self.incident, "soumu")
        self.sending = send(report_to(self.incident, "tokyo"), cast.secretary, at=later)
        self.publication = propose(self.incident, cast.secretary, at=later)
        self.decided_publication = propose(self.receipt.step.incident, cast.secretary, at=later, way="at_once", on_website=True)
        self.decided_publication.approve(by=cast.member, at=later, basis="member")
        half = Half.of(timezone.localdate(self.at))
        self.authority = "council"
        self.half = (half.year, half.part)

    def _reports(self) -> None:
        """A lost card, a fault, a question, a violation and one that guidance did not help, a problem in each of its states."""
        cast, at, today = self.cast, self.at, timezone.localdate(self.at)
        facts = {"noticed_at": at, "personal_information": "no", "department": cast.section, "summary": "試験", "place": "窓口"}
        for name, code in (("card_incident", "ic_card"), ("fault_incident", "failure")):
            draft = Incident.objects.create(reporter=cast.clerk, kind=IncidentKind.objects.get(code=code), **facts)
            setattr(self, name, draft.report(by=cast.clerk, at=at))
        self.consultation = Consultation.ask(by=cast.clerk, at=at, topic="unclear", title="試験", text="試験")
        about = {"department": cast.section, "kind": "policy", "what": "試験"}
        self.violation, self.failed_violation = (Violation.report(by=cast.clerk, at=at, **about) for _ in range(2))
        self.violation_act, self.violation_word = (self.violation, "guide"), self.violation.words.get(party="SECTION_OFFICER")
        self.failed_violation.guide("試験", check_on=today, by=cast.section_officer, at=at)
        self.failed_violation.judge("試験", is_improved=False, by=cast.section_officer, at=at)
        problem = {"department": cast.section, "title": "試験", "text": "試験", "found_on": today}
        self.problem, self.ordered_problem, self.done_problem = (
            ComplianceProblem.report(by=cast.section_officer, at=at, **problem) for _ in range(3)
        )
        self.problem_word = self.problem.words.get(party="CISO")
        for row in (self.ordered_problem, self.done_problem):
            row.order("試験", due_on=today, by=cast.ciso, at=at)
        self.done_problem.tell_done("試験", by=cast.general_manager, at=at)

    def _bad_day(self) -> None:
        """An office outside, a plan in force and a new version of it, drills planned, running and being evaluated."""
        cast, today = self.cast, timezone.localdate(self.at)
        self.outside_contact = OutsideContact.objects.get(code="police")
        for _ in range(2):
            self.plan_submitted = PlanVersion.begin(by=cast.secretary, at=self.at)
            texts = dict.fromkeys(("contacts", "reporting", "measures", "prevention"), "試験")
            self.plan_submitted.write(by=cast.secretary, at=self.at, **texts)
            self.plan_submitted.submit(by=cast.secretary, at=self.at, effective_on=today)
            if not PlanVersion.objects.approved().exists():
                self.plan_version = self.plan_submitted
                self.plan_version.approve(by=cast.central_manager, at=self.at, digest=self.plan_version.content_digest())
        facts = {"title": "訓練", "scenario": "試験", "goals": "試験", "scope": "試験", "planned_on": today, "sections": [cast.section]}
        self.drill, self.drill_running, self.drill_review = (Drill.plan(by=cast.central_manager, at=self.at, **facts) for _ in range(3))
        for drill in (self.drill_running, self.drill_review):
            drill.start(by=cast.central_manager, at=self.at)
        kind = IncidentKind.objects.get(code="other")
        self.drill_incident = self.drill_review.begin_incident(kind=kind, by=cast.clerk, at=self.at).report(by=cast.clerk, at=self.at)
        self.drill_review.end(by=cast.central_manager, at=self.at)
        self.drill_step = self.drill_review.runs.get().steps.first()
        task = {"what": "試験", "owner": "CENTRAL_MANAGER", "department": None, "due_on": today}
        self.drill_task = DrillTask.add(self.drill_review, by=cast.central_manager, at=self.at, **task)

    def _response(self) -> None:
        """One incident with everything of the response, one whose cause is known, one whose measures the CISO has before him."""
        for key, row in response_rows.handled(self.cast, at=self.at).items():
            setattr(self, key, row)
        self.call, self.order, self.answer_of = (self.handled, "security"), (self.handled, "order"), (self.cause, "SECTION_OFFICER")
        self.link = IncidentLink.tie(self.handled, clause="3.9.3.2", by=self.cast.clerk, at=self.at)
        self.with_cause = response_rows.with_cause(self.cast, at=self.at)
        self.prevention_report = response_rows.with_report(self.cast, at=self.at)

    def _organisation(self) -> None:
        """A head away with a deputy named, and a list of the 職員課 applied today that moves a colleague."""
        cast, today = self.cast, timezone.localdate(self.at)
        self.department, self.code, self.person = cast.section, "CISO", cast.clerk
        self.post = Post.objects.get(code="shimin-ka.head")
        self.absence = Absence.enter(
            cast.section_officer, starts_at=self.at + timedelta(days=1), ends_at=self.at + timedelta(days=2), reason="trip", at=self.at
        )
        self.deputyship = DeputyNaming.name(
            self.post, cast.colleague, since=today, until=today + timedelta(days=3), by=cast.section_officer, at=self.at
        )
        content = f"職員番号,氏名,区分,新所属,新職\n{cast.promoter.staff_number},{cast.promoter.name},異動,文書法制課,職員\n".encode()
        self.change = PersonnelChange.upload(
            read(content), effective_on=today, file_name="異動.csv", file_digest="0" * 64, by=cast.personnel, at=self.at
        )
        self.change.schedule(by=cast.personnel, at=self.at)
        self.change.apply(by=cast.personnel, at=self.at)
        self.handover_item = HandoverItem.objects.filter(person=cast.promoter).first()

        new = {"name": "市民相談課", "code": "shimin-sodan", "kind": "section", "parent": cast.division}
        Department.establish(**new, since=today + timedelta(days=1), has_posts=True, by=cast.personnel, at=self.at)

        self._accounts()

    def _accounts(self) -> None:
        """Somebody who lost a phone, somebody locked out, and what the clerk has: a second factor and an open session."""
        cast = self.cast
        lost = make_user("lost", name="紛失 太郎")
        for user in (lost, cast.clerk):
            enrol_app(user, generate_totp_secret(), at=self.at)
        self.factor = Authenticator.objects.get(user=cast.clerk, type=Authenticator.Type.TOTP)
        self.session = UserSession.objects.create(user=cast.clerk, ip="10.0.0.1", session_key="of-the-world", user_agent="")
        self.reset = FactorReset.ask(lost, reason="試験", by=cast.administrator, at=self.at)
        suspect = make_user("suspect", name="停止 花子")
        make_appointment(suspect, "shimin-ka.staff")
        self.lock = EmergencyLock.set(suspect, reason="試験", by=cast.section_officer, at=self.at)

    def _jobs(self) -> None:
        self.job = enqueue("incidents.report_sheet", by=self.cast.clerk, subject=self.incident, incident=str(self.incident.pk))
        run_job(self.job.pk)
        self.result = JobResult.objects.get(job=self.job)

    def _policy(self) -> None:
        self.reading = enqueue("policy.read", by=self.cast.administrator)
        run_job(self.reading.pk)
        self._texts()
        self.revision_clause = (self.revision, self.number)
        self.review = self.draft_text.reviews.open().filter(obligation__isnull=False).first()
        self.decision = (self.review, "keep")
        self.round = ConfirmationRound.open(self.revision, by=self.cast.central_manager, at=self.at)

    def _texts(self) -> None:
        """A text in force, with words of our own under the headings of the outline, and the draft of one that changes a clause."""
        self.revision = self._text("試験の本文")
        self.revision.publish(by=self.cast.administrator, effective_on=timezone.localdate(self.at), at=self.at)
        self.draft_text = self._text("試験の改定", **{"3.13.3": "試験の改めた定め"})
        compare(self.draft_text, by=self.cast.central_manager, at=self.at)

    def _text(self, name: str, **changed: str) -> Revision:
        policy = policy_of(outline_fixture())
        for clause in policy.clauses:
            clause.text = changed.get(clause.number, f"{clause.number}の試験の定め")
        return write(policy, document=the_policy(), name=name)

    def _documents(self) -> None:
        """A 実施手順 in force with a named reader and a new draft; a regulation that nobody has written yet, a law."""
        cast, today = self.cast, timezone.localdate(self.at)
        self.regulation, self.law = "byod-procedure", Law.objects.get(code="personal-information-ordinance")
        procedure = Regulation.objects.filter(code="procedure")
        self.document = make_document(cast.section, by=cast.clerk, at=self.at, clauses=["3.9.1.6"], regulations=procedure)
        draft = write_draft(self.document.versions.get(), by=cast.clerk, at=self.at)
        self.document_version = approve(draft, asked_by=cast.section_officer, decided_by=cast.central_manager, at=self.at)
        self.document_draft = self.document.begin_version(by=cast.clerk, at=self.at)
        facts = {"reason": "監査", "until": today + timedelta(days=30), "by": cast.section_officer, "at": self.at}
        self.grant = ReadingGrant.give(self.document, person=cast.auditor, **facts)

    def _committee(self) -> None:
        """An item in a held meeting to which the clerk was called, a member excluded from another, a word to the sections."""
        cast, by = self.cast, {"by": self.cast.secretary, "at": self.at}
        treated = Item.bring(cast.committee, Item.Kind.DELIBERATION, title="議題", by=cast.member, at=self.at)
        self.committee_item = Item.bring(cast.committee, Item.Kind.DELIBERATION, title="次の議題", by=cast.member, at=self.at)
        self.recusal = Recusal.mark(self.committee_item, cast.division_officer, reason="関わりがあるため", **by)
        plan = {"planned_at": self.at, "items": [treated], "guests": [cast.clerk]}
        self.meeting = Meeting.call(cast.committee, Meeting.Kind.COMMITTEE, **plan, **by)
        self.meeting.hold(held_at=self.at, members={cast.member.pk: ("present", None)}, **by)
        self.agenda_item, self.circulation_kind = self.meeting.agenda.get(), "relay"
        word = {"title": "決定", "text": "内容", "due_on": timezone.localdate(self.at), "recipients": [cast.section]}
        self.circulation = Circulation.send(cast.committee, Circulation.Kind.RELAY, **word, **by)
        self.reply = self.circulation.replies.get()

    def _exceptions(self) -> None:
        """One permitted by the CISO, one that was taken in an emergency and reported."""
        cast, today = self.cast, timezone.localdate(self.at)
        means = [{"what": "当番が見回る", "owner": "SECTION_OFFICER"}]
        content = {"clauses": ["3.5.2.7.2"], "what": "試験", "reason": "試験", "risk": "試験", "measures": means}
        for code, more in (("exception", {}), ("emergency-exception", {"taken_at": self.at.isoformat()})):
            request = Request.draft(code, by=cast.clerk, at=self.at)
            request.edit({**content, **more}, ends_on=today, by=cast.clerk, at=self.at)
            request.submit(by=cast.section_officer, at=self.at)
            if request.is_in_review:
                Decision.take(request, "permit", by=cast.ciso, at=self.at, digest=request.current_version.digest)
        self.exception, self.emergency = PolicyException.objects.order_by("pk")
        self.measure = self.exception.measures.get()

    def _parameters(self) -> None:
        self.parameter = "approvals.step_working_days"
        parameter = catalogue.get(self.parameter)
        ParameterChoice.choose(parameter, 5, basis="委員会の議決", seen=0, by=self.cast.central_manager, at=self.at)

    def _registers(self) -> None:
        """A system of the section with what hangs on it, a medium in the ledger, a list to be taken in, a round about an ID."""
        cast, at, today = self.cast, self.at, timezone.localdate(self.at)
        facts = {"name": "住民記録", "purpose": "住民票の写しの交付", "network": "lgwan", "asset_class": 1, "manager": "市民課長"}
        self.system = System.enter(by=cast.clerk, at=at, department=cast.section, **facts)
        place = {"kind": "server", "name": "証明書のサーバ", "network": "lgwan", "place": "出張所", "is_off_site": True}
        self.device = Device.enter(by=cast.clerk, at=at, department=cast.section, **place)
        self.log = LogKept.enter(self.system, by=cast.clerk, at=at, kind="access", kept_days=365, place="ログサーバ")
        line = {"counterpart": "国の機関", "purpose": "副本", "limits": "特定の端末だけ", "firewall": "境界装置", "since": today}
        self.connection = Connection.enter(self.system, by=cast.central_manager, at=at, **line)
        period = {"starts_on": today, "ends_on": today + timedelta(days=60)}
        self.development = DevelopmentFile.open(self.system, by=cast.clerk, at=at, title="更新", kind="new", manager="市民課長", **period)
        self.item, self.settled_item = self.development.items.all()[:2]
        self.settled_item.complete(on=today, note="確かめた", evidence="書庫", by=cast.clerk, at=at)
        self.system_life, self.connection_act, self.device_act = (self.system, "start"), (self.connection, "cut"), (self.device, "store")
        self.ledger, medium = "media", {"label": "USB-01", "kind": "usb", "asset_class": 2, "place": "金庫"}
        self.row = LedgerEntry.enter(self.ledger, department=cast.section, data=medium, by=cast.clerk, at=at)
        self.ledger_row = (self.ledger, self.row)
        self.ledger_act = (self.ledger, self.row, "lose")
        lines = [Line(2, {"label": "USB-02", "kind": "USBメモリ", "asset_class": "分類Ⅱ", "place": "金庫"})]
        self.taking = LedgerImport.read(self.ledger, lines, department=cast.section, file_name="媒体.csv", by=cast.clerk, at=at)
        key = {"system": self.system, "login_id": "a1", "person": cast.clerk, "kind": "normal", "rights": "照会"}
        key |= {"registered_on": today - timedelta(days=400)}
        LedgerEntry.enter("user-id", department=cast.section, data=key, by=cast.clerk, at=at)
        self.id_check = IdCheck.begin(months=6, due_on=today, by=cast.central_manager, at=at)
        self.id_line = self.id_check.lines.get()

    def _moves(self) -> None:
        """A move before it leaves, one on its way, one lost, and a disposal to be recorded."""
        cast, today = self.cast, timezone.localdate(self.at)
        days = {"leaves_on": today, "arrives_on": today, "returns_on": today}
        self.things_begin = "errand"
        self.move, self.move_out, self.move_lost = (
            errands.move(cast, ways, **days) for ways in (["take-out"], ["transport"], ["take-out"])
        )
        self.move_act = (self.move, "depart")
        for move in (self.move_out, self.move_lost):
            move.depart(by=cast.clerk, at=self.at)
        self.move_lost.lose(by=cast.clerk, at=self.at)
        self.disposal = errands.disposal(cast, [errands.medium(cast)])

    def _requests(self) -> None:
        """A request in each state that an address speaks of; the clerk applies, the chief decides, or the chief applies."""
        cast = self.cast
        self.request_type, self.request_scope = ERRAND, "mine"
        type_ = make_request_type(ERRAND, ("any", ["SECTION_OFFICER"]))
        make_request_type(RULING, ("any", ["CENTRAL_MANAGER"]), applicants=["SECTION_OFFICER"])
        self.request_draft = self._drafted(ERRAND, cast.clerk)
        self.prepared = self._drafted(RULING, cast.clerk)
        self.prepared.prepare(by=cast.clerk, at=self.at)
        self.request = self._submitted(cast.clerk)
        self.running = self._submitted(cast.clerk)
        self._take(self.running, cast.section_officer, at=self.at)
        spoken = self._submitted(cast.clerk)
        words = {"spoken_by": cast.section_officer, "spoken_at": self.at, "content": "", "digest": spoken.current_version.digest}
        self.oral_decision = Decision.enter_oral(spoken, by=cast.division_officer, at=self.at, **words)
        self.deputised = self._take(self._submitted(cast.clerk), cast.colleague, at=self.at + timedelta(hours=25))
        self.waiver, self.granted = (self._waiver() for _ in range(2))
        self.granted.answer(is_granted=True, by=cast.central_manager, at=self.at)
        self.route = Route.propose(type_, [("any", ["CISO"])], reason="試験", by=cast.central_manager, at=self.at)

    def _drafted(self, code: str, by) -> Request:
        return Request.draft(code, by=by, at=self.at, content={"what": "試験", "way": "case"})

    def _submitted(self, by) -> Request:
        request = self._drafted(ERRAND, by)
        request.submit(by=by, at=self.at)
        return request

    def _take(self, request: Request, by, *, at) -> Decision:
        return Decision.take(request, "permit", by=by, at=at, digest=request.current_version.digest)

    def _waiver(self) -> Waiver:
        """The chief's own request, with an override asked for."""
        chief = self.cast.section_officer
        return Waiver.ask(self._submitted(chief), chief, reason="試験", by=chief, at=self.at)

    def _duties(self) -> None:
        """A monthly duty of each section: this month's round open, next month's done."""
        self.tab, self.month = "mine", f"{self.at:%Y-%m}"
        rule = {"interval": Duty.Interval.MONTHLY, "day": 31, "lead_days": 62}
        facts = {"title": "ログの点検", "owner": Duty.Owner.SECTION_OFFICER, "per": Duty.Per.SECTIONS, "mechanism": "duty:log-inspection"}
        self.duty = Duty.set_up("log-inspection-of-sections", by=self.cast.central_manager, at=self.at, **rule, **facts)
        self.occurrence, self.done_occurrence = self.duty.occurrences.filter(department=self.cast.section)[:2]
        self.done_occurrence.complete(by=self.cast.section_officer, at=self.at, note="異常なし")

    def _risk(self) -> None:
        """The year's assessment of 市民課, one line of it short of measures with an improvement."""
        cast, by = self.cast, {"by": self.cast.clerk, "at": self.at}
        self.assessment = RiskAssessment.begin(cast.section, **by)
        self.risk_line = self.assessment.lines.select_related("threat", "assessment__department__parent").first()
        self.risk_line.answer(likelihood=2, impact=2, measures="", adequate="no", **by)
        due_on = timezone.localdate(self.at) + timedelta(days=30)
        self.improvement = Improvement.add(self.risk_line, what="施錠", aspects=["C"], due_on=due_on, **by)
        self.threat_page, self.improvement_done = (self.assessment, "theft"), (self.improvement, "done")

    def _inspection(self) -> None:
        """An open self-inspection with the clerk's sheet, and 市民課 with something to better."""
        cast, by = self.cast, {"by": self.cast.central_manager, "at": self.at}
        due_on = timezone.localdate(self.at) + timedelta(days=20)
        self.campaign = Campaign.prepare(title="自己点検", due_on=due_on, kind=Campaign.Kind.REGULAR, note="", **by)
        self.campaign.open(**by)
        self.campaign_bearer = (self.campaign, "TERMINAL_USER")
        self.sheet = self.campaign.sheets.get(person=cast.clerk)
        self.section_result = self.campaign.section_results.get(department=cast.section)
        plan = {"question": None, "text": "施錠", "due_on": due_on}
        self.inspection_improvement = InspectionImprovement.plan(self.section_result, **plan, by=cast.section_officer, at=self.at)

    def _training(self) -> None:
        """A session for 市民部 that was announced, one that was not, and the row of the clerk."""
        cast, at = self.cast, self.at
        facts = {"at": at, "audiences": [{"group": "department", "department": cast.division}]}
        facts["due_on"] = timezone.localdate(at) + timedelta(days=14)
        self.training_course = trainings.make_course(cast, at=at)
        self.training_draft = trainings.make_session(cast, self.training_course, **facts)
        self.training_session = trainings.announced(cast, self.training_course, **facts)
        self.training_row = trainings.row_of(self.training_session, cast.clerk)
        self.training_question = (self.training_course, 1)

    def _policy_review(self) -> None:
        """A review of the policy in preparation, with an input of a member."""
        self.policy_review = PolicyReview.begin(kind=PolicyReview.Kind.YEARLY, by=self.cast.secretary, at=self.at)
        given = {"source": "other", "title": "窓口の端末", "words": "配置が変わった", "clauses": ["3.8.1.1"]}
        row = ReviewInput.add(self.policy_review, by=self.cast.member, at=self.at, **given)
        self.review_input = (self.policy_review, row)

    def _audits(self) -> None:
        """An audit of 市民課 during the fieldwork, out of the plan of the year, with evidence on loan; a plan over three years."""
        cast = self.cast
        self.audit = audit_rows.fieldwork(cast, at=self.at)
        self.audit_item, self.audit_question = self.audit.items.first(), self.audit.questionnaire.questions.first()
        self.audit_act = (self.audit, "offer")
        self.audit_row = (self.audit, "evidence", audit_rows.lend(self.audit, cast, at=self.at), "carry")
        self.audit_plan = self.audit.programme
        self.audit_plan_act = (self.audit_plan, "words")
        self.audit_plan_row = (self.audit_plan, "work", self.audit_plan.work_days.first(), "days")
        year = self.audit_plan.fiscal_year
        self.medium_act = (MediumTermPlan.begin(year, by=cast.audit_head, at=self.at), "row")
        reported = audit_rows.reported(cast, at=self.at, row=audit_rows.special(cast, at=self.at))
        self.issued_finding, self.reported_audit = reported.findings.get(), reported
        order = {"addressee": "section", "instruction": ""}
        self.corrective_action = CorrectiveAction.order(self.issued_finding, **order, by=cast.audit_head, at=self.at)

    def _services(self) -> None:
        """One service, contract and account at each stage that an address asks for, all of 市民課; their manager is the colleague."""
        cast = self.cast
        outside.keep_rules(cast)
        self.considered_service = outside.considered(cast, name="検討中")
        outside.answer_all(self.considered_service, cast.clerk)
        self.checklist = outside.considered(cast, name="回答中").checklist
        self.checklist_item = self.checklist.items.first()
        self.service = outside.in_use(cast)
        self.built_service = outside.contracted(cast)
        outside.answer_all(self.built_service, cast.colleague)
        outside.answer_all(self.service, cast.colleague)
        self.ending_service = outside.in_use(cast)
        self.ending_service.begin_end(reason="移行", by=cast.colleague, at=self.at)
        outside.answer_all(self.ending_service, cast.colleague)
        self.contract, self.prepared_contract = outside.concluded(cast), outside.entered_contract(cast)
        self.contractor, self.ending_contract = self.contract.contractor, outside.concluded(cast)
        outside.answer_all(self.ending_contract, cast.clerk)
        self.account, self.hijacked_account = outside.account(cast), outside.account(cast, account="@second")
        self.hijacked_account.tell_hijack(by=cast.colleague, at=self.at)

    def _assets(self) -> None:
        """An asset with a 権限 beyond the section, one that is lost, a table to be matched, and a 棚卸 of them."""
        cast, today = self.cast, timezone.localdate(self.at)
        self.asset, self.lost_asset = make_asset(cast.section, by=cast.clerk), make_asset(cast.section, by=cast.clerk)
        self.asset_begin = (self.asset, "take-out")
        self.permission = AssetPermission.give(
            self.asset, department=Department.objects.get(code="shokuin"), until=today, reason="試験", by=cast.section_officer, at=self.at
        )
        self.permission.end(by=cast.section_officer, at=self.at)
        content = "名称,種別,分類,保管場所\n届出,紙,Ⅱ,書庫\n".encode()
        table = {"headings": read_headings(content, "台帳.csv"), "digest": "0" * 64, "department": cast.section}
        self.imported = AssetImport.upload(SimpleUploadedFile("台帳.csv", content), **table, by=cast.clerk, at=self.at)
        self.stock_take = StockTake.open(due_on=today, by=cast.central_manager, at=self.at)
        self.stock_sheet = self.stock_take.sections.get()
        self.stock_line = self.stock_sheet.lines.get(asset=self.asset)
        self.lost_asset.report_lost(by=cast.clerk, at=self.at)

    def _alerts(self) -> None:
        """A word to 市民課; a hole in its system, another that it will not mend, a third that is mended; a 横展開, answered and not."""
        cast, at, today = self.cast, self.at, timezone.localdate(self.at)
        central, chief = {"by": cast.central_manager, "at": at}, {"by": cast.section_officer, "at": at}
        facts = {"audience": "sections", "departments": [cast.section], "expires_on": today + timedelta(days=30)}
        self.bulletin = Bulletin.issue(title="不審なメール", text="開かないでください。", **facts, **central)
        facts = {"title": "弱点", "severity": 1, "product": "製品", "measures": "更新", "found_on": today, "due_on": today}
        holes = [Vulnerability.enter(**facts, **central) for _ in range(3)]
        for hole in holes:
            hole.aim([self.system], **central)
        self.vulnerability = holes[0]
        self.target, self.refusal, self.mended = (hole.targets.get() for hole in holes)
        self.refusal.answer("refusal_asked", words="更新の予定がある", **chief)
        self.mended.answer("done", words="更新した", done_on=today, **chief)
        facts = {"title": "誤送信", "text": "宛先の誤り", "question": "自動入力を止めているか", "due_on": today}
        asked = [Inquiry.ask(**facts, source=self.incident, departments=[cast.section], **central) for _ in range(2)]
        self.inquiry, (self.place, self.found) = asked[0], (row.places.get() for row in asked)
        self.found.answer("exists", words="あった", plan="止める", measure_due_on=today, **chief)

    def _notices(self) -> None:
        self.notice = Notification.objects.filter(recipient=self.cast.section_officer).first()
