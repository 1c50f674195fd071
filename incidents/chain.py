"""The chain that carries a report to the CISO, steps 1 to 4, as the policy draws it (3.9.3.1, 3.4.2).

A step is an act of one party towards others. The two lines to the CISO, over the 総括管理者 and over the committee, run
side by side after step 2 (defects.md 6: two parallel lines, notify all).
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
