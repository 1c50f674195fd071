"""The response to an incident in the tests: led on through the real transitions by the persons of the cast."""

from datetime import datetime, timedelta

from incidents.chain import Party, StepCode
from incidents.models import (
    AttackFinding,
    CauseAnalysis,
    CauseCategory,
    EmergencyMeasure,
    Evidence,
    Incident,
    IncidentKind,
    IncidentMeeting,
    NetworkCut,
    PreventionReport,
    ResponseTask,
    Triage,
)
from incidents.models.emergency_measure import finish_measures
from musashimurayama_isms.accounts.standing import day_of


def sent(cast, *, at: datetime, reporter=None, **fields) -> Incident:
    """A report of the clerk's, sent."""
    fields.setdefault("kind", IncidentKind.objects.get(code="other"))
    fields.setdefault("personal_information", "no")
    fields.setdefault("department", cast.section)
    reporter = reporter or cast.clerk
    fields = {"summary": "試験の報告", "place": "窓口"} | fields
    return Incident.objects.create(reporter=reporter, noticed_at=at, **fields).report(by=reporter, at=at)


def passed_on(cast, *, at: datetime, **fields) -> Incident:
    """Told to the three and to the 総括管理者: steps 5 to 8 wait."""
    incident = sent(cast, at=at, **fields)
    if not incident.bypasses_chief:
        incident.steps.get(code=StepCode.PASS_ON).pass_on(by=cast.section_officer, at=at)
    incident.steps.get(code=StepCode.TO_GENERAL).pass_on(by=cast.division_officer, at=at)
    return incident


def weigh(cast, incident, *, at: datetime, outcome=Triage.Outcome.SECTION, citizens=False, systems=False, reason="所管で足りる") -> Triage:
    answers = {"citizens": citizens, "systems": systems, "outcome": outcome, "reason": reason}
    return Triage.weigh(incident, **answers, by=cast.general_manager, at=at)


def order(cast, incident, kind=ResponseTask.Kind.ORDER, *, at: datetime, by=None, days=5, **fields) -> ResponseTask:
    who = {
        ResponseTask.Kind.ORDER: cast.general_manager,
        ResponseTask.Kind.PREVENTION: cast.secretary,
        ResponseTask.Kind.INSTRUCTION: cast.ciso,
        ResponseTask.Kind.DECISION: cast.secretary,
    }
    fields = {"words": "手順を改める", "owner": Party.SECTION_OFFICER, "department": cast.section} | fields
    return ResponseTask.order(incident, kind, due_on=day_of(at) + timedelta(days=days), by=by or who[kind], at=at, **fields)


def take(cast, incident, *, at: datetime, **fields) -> EmergencyMeasure:
    fields = {"what": "回線から外した", "taken_at": at, "taken_by": "行政経営課", "basis": "central", "by": cast.central_manager} | fields
    return EmergencyMeasure.take(incident, at=at, **fields)


def write_cause(cast, incident, *, at: datetime) -> CauseAnalysis:
    category, _ = CauseCategory.objects.get_or_create(code="human-error", defaults={"name": "操作や確認の誤り"})
    words = {"course": "送信先を選び誤った", "cause": "確認の手順がなかった"}
    return CauseAnalysis.write(incident, categories=[category], **words, by=cast.central_manager, at=at)


def agree(cast, analysis: CauseAnalysis, *, at: datetime) -> None:
    """All parties agree that have not answered yet."""
    who = {Party.DIVISION_OFFICER: cast.division_officer, Party.SECTION_OFFICER: cast.section_officer, Party.COMMITTEE: cast.secretary}
    for party in analysis.unanswered():
        analysis.answer(party, agrees=True, words="", by=who[party], at=at)


def with_cause(cast, *, at: datetime, **fields) -> Incident:
    """Step 8 is done: the committee draws measures up."""
    incident = passed_on(cast, at=at, **fields)
    analysis = write_cause(cast, incident, at=at)
    agree(cast, analysis, at=at)
    analysis.finish(by=cast.central_manager, at=at)
    return incident


def with_report(cast, *, at: datetime, **fields) -> PreventionReport:
    """Step 9 is done with one measure: the CISO is asked."""
    incident = with_cause(cast, at=at, **fields)
    order(cast, incident, ResponseTask.Kind.PREVENTION, at=at, check_on=day_of(at) + timedelta(days=30))
    return PreventionReport.report(incident, words="二人で確かめる", by=cast.secretary, at=at)


def handled(cast, *, at: datetime) -> dict:
    """One incident with one of everything of the response, by the words of the table of URLs."""
    incident = passed_on(cast, at=at)
    weigh(cast, incident, at=at, outcome=Triage.Outcome.SECURITY, citizens=True)
    call = {"planned_at": at + timedelta(hours=1), "place": "庁議室", "members": [cast.member]}
    meeting = IncidentMeeting.call(incident, "security", **call, by=cast.general_manager, at=at)
    done = order(cast, incident, at=at, check_on=day_of(at) + timedelta(days=30))
    done.complete(note="改めた", by=cast.section_officer, at=at)
    draft = order(cast, incident, ResponseTask.Kind.PREVENTION, at=at, check_on=day_of(at) + timedelta(days=30))
    stopped = take(cast, incident, at=at, is_stop=True)
    cut = NetworkCut.cut(incident, network="相手先の網", reason="不審な通信", cut_at=at, by=cast.central_manager, at=at)
    AttackFinding.find(incident, is_certain=True, may_be_crime=False, by=cast.central_manager, at=at)
    about = {"name": "送信記録", "form": "copy", "source": "サーバ", "taken_by": "行政経営課", "taken_at": at, "place": "金庫"}
    piece = Evidence.secure(incident, **about, by=cast.central_manager, at=at)
    return {
        "handled": incident,
        "incident_meeting": meeting,
        "called_member": meeting.members.get(),
        "response_task": order(cast, incident, at=at),
        "done_task": done,
        "draft_task": draft,
        "stopped": stopped,
        "cut": cut,
        "piece": piece,
        "cause": write_cause(cast, incident, at=at),
    }


def confirmed(cast, *, at: datetime) -> Incident:
    """All steps of the response that this room keeps are done, the measure of the report too; step 7 is another room's."""
    report = with_report(cast, at=at)
    incident = report.incident
    weigh(cast, incident, at=at)
    take(cast, incident, at=at)
    finish_measures(incident, by=cast.central_manager, at=at)
    report.confirm(words="確認した", by=cast.ciso, at=at)
    incident.tasks.get().complete(note="改めた", by=cast.section_officer, at=at)
    return incident
