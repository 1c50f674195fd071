"""The chain of an incident as the policy draws it: steps 1 to 4 carry the report to the CISO, 5 to 10 answer it (3.9.3, 3.4.2).

A step is an act of one party towards others. The two lines to the CISO, over the 総括管理者 and over the committee, run
side by side after step 2 (two parallel lines, all are told). A word is passed on with one button; a step of the
response is done on a page of its own.
"""

from dataclasses import dataclass

from django.db import models


class Party(models.TextChoices):
    """Who sends or receives in the chain; the codes of roles are those of accounts.RoleCode."""

    REPORTER = "REPORTER", "報告者"
    SECTION_OFFICER = "SECTION_OFFICER", "情報セキュリティ担当者"
    DIVISION_OFFICER = "DIVISION_OFFICER", "総括情報セキュリティ担当者"
    CENTRAL_MANAGER = "CENTRAL_MANAGER", "中央電子計算組織管理者"
    GENERAL_MANAGER = "GENERAL_MANAGER", "電子計算組織総括管理者"
    COMMITTEE = "COMMITTEE", "情報化推進委員会"
    CISO = "CISO", "最高情報セキュリティ責任者"
    SERVICE_MANAGER = "SERVICE_MANAGER", "外部サービス管理者・アカウントの責任者"


class StepCode(models.TextChoices):
    """The steps of the chain; the numbers are those that people see."""

    REPORT = "report", "認知・報告"
    PASS_ON = "pass_on", "所属からの伝達"
    TO_GENERAL = "to_general", "部から総括管理者へ"
    TO_CISO = "to_ciso", "CISOへの報告"
    COMMITTEE_TO_CISO = "committee_to_ciso", "委員会からCISOへ"
    TRIAGE = "triage", "会議の要否の判断"
    MEASURES = "measures", "応急措置"
    EXTERNAL = "external", "外部への報告・公表"
    CAUSE = "cause", "原因の究明"
    PREVENTION = "prevention", "再発防止策"
    CONFIRMATION = "confirmation", "CISOの確認と指示"


@dataclass(frozen=True)
class StepSpec:
    """What the policy says of one step: who, to whom, under which clauses, after which step."""

    code: StepCode
    number: str
    sender: Party
    recipients: tuple[Party, ...]
    clauses: tuple[str, ...]
    after: StepCode | None
    act: str  # the words on the button of the sender
    is_word: bool = True  # told with one button; False for the steps that are worked on


CHAIN = (
    StepSpec(StepCode.REPORT, "1", Party.REPORTER, (Party.SECTION_OFFICER,), ("3.9.3.1.1",), None, "報告する"),
    StepSpec(
        StepCode.PASS_ON,
        "2",
        Party.SECTION_OFFICER,
        (Party.CENTRAL_MANAGER, Party.DIVISION_OFFICER, Party.COMMITTEE),
        ("3.9.3.1.2", "3.4.2.7.3"),
        StepCode.REPORT,
        "3者へ伝達する",
    ),
    StepSpec(
        StepCode.TO_GENERAL,
        "3",
        Party.DIVISION_OFFICER,
        (Party.GENERAL_MANAGER,),
        ("3.4.2.6.3",),
        StepCode.PASS_ON,
        "電子計算組織総括管理者へ報告する",
    ),
    StepSpec(StepCode.TO_CISO, "4", Party.GENERAL_MANAGER, (Party.CISO,), ("3.4.2.2.4",), StepCode.TO_GENERAL, "CISOへ報告する"),
    StepSpec(
        StepCode.COMMITTEE_TO_CISO, "4", Party.COMMITTEE, (Party.CISO,), ("3.4.2.10.1",), StepCode.PASS_ON, "状況を確認してCISOへ報告する"
    ),
    StepSpec(
        StepCode.TRIAGE,
        "5",
        Party.GENERAL_MANAGER,
        (Party.CENTRAL_MANAGER, Party.COMMITTEE),
        ("3.9.3.2", "3.4.2.2.4"),
        StepCode.TO_GENERAL,
        "会議を開くかどうかを判断する",
        is_word=False,
    ),
    StepSpec(
        StepCode.MEASURES,
        "6",
        Party.CENTRAL_MANAGER,
        (Party.GENERAL_MANAGER,),
        ("3.4.2.3.6", "3.11.3.1"),
        StepCode.PASS_ON,
        "応急措置をとる",
        is_word=False,
    ),
    StepSpec(
        StepCode.EXTERNAL,
        "7",
        Party.COMMITTEE,
        (),
        ("3.4.2.10.3", "3.4.2.10.4"),
        StepCode.PASS_ON,
        "外部への報告と公表を決める",
        is_word=False,
    ),
    StepSpec(
        StepCode.CAUSE,
        "8",
        Party.CENTRAL_MANAGER,
        (Party.COMMITTEE,),
        ("3.9.3.3.1",),
        StepCode.PASS_ON,
        "原因を究明して記録する",
        is_word=False,
    ),
    StepSpec(
        StepCode.PREVENTION,
        "9",
        Party.COMMITTEE,
        (Party.CISO,),
        ("3.9.3.3.2",),
        StepCode.CAUSE,
        "再発防止策をCISOに報告する",
        is_word=False,
    ),
    StepSpec(
        StepCode.CONFIRMATION,
        "10",
        Party.CISO,
        (Party.COMMITTEE, Party.CENTRAL_MANAGER),
        ("3.9.3.3.3",),
        StepCode.PREVENTION,
        "再発防止策を確かめて措置を指示する",
        is_word=False,
    ),
)
SPECS = {spec.code: spec for spec in CHAIN}

# Who is asked next when a party is silent or nobody is there to act (approvals.md: where the route leaves nobody).
ONE_UP = {
    Party.SECTION_OFFICER: Party.DIVISION_OFFICER,
    Party.DIVISION_OFFICER: Party.GENERAL_MANAGER,
    Party.CENTRAL_MANAGER: Party.GENERAL_MANAGER,
    Party.COMMITTEE: Party.GENERAL_MANAGER,
    Party.SERVICE_MANAGER: Party.CENTRAL_MANAGER,
    Party.GENERAL_MANAGER: Party.CISO,
}

# The level at which a report enters the chain: people above a 課 start at their own level (approvals.md).
LEVELS = (Party.REPORTER, Party.SECTION_OFFICER, Party.DIVISION_OFFICER, Party.GENERAL_MANAGER, Party.CISO)
