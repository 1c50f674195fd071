"""What one of the staff may have done, who may say so, and under which clauses."""

from dataclasses import dataclass

from django.db import models

from incidents.chain import Party


class Finder(models.TextChoices):
    """As whom somebody says it: the policy sends each another way (3.11.6.2)."""

    STAFF = "staff", "職員等"
    CENTRAL = "central", "中央電子計算組織管理者"
    GENERAL = "general", "電子計算組織総括管理者"


class ViolationKind(models.TextChoices):
    POLICY = "policy", "ポリシー違反"
    SOFTWARE = "software", "許可のない導入・設定の変更"
    BROWSING = "browsing", "業務外のウェブ閲覧"
    INTRUSION = "intrusion", "職員等による不正アクセス"
    ACCESS_RECORD = "access_record", "アクセス記録の通知"


@dataclass(frozen=True)
class KindSpec:
    """One kind: its clauses, its mechanism, who may report it, and whether guidance must be recorded before it can end."""

    code: ViolationKind
    clauses: tuple[str, ...]
    mechanism: str
    finders: frozenset[str]
    example: str
    needs_guidance: bool = True


OFFICES = frozenset({Finder.CENTRAL, Finder.GENERAL})
SPECS = {
    spec.code: spec
    for spec in (
        KindSpec(
            ViolationKind.POLICY,
            ("3.11.2.3.1", "3.11.6.2.1", "3.11.6.2.2"),
            "report:violation",
            OFFICES | {Finder.STAFF},
            "決められた手続をとらずに情報を持ち出した、パスワードを貼り出している",
        ),
        KindSpec(
            ViolationKind.SOFTWARE,
            ("3.10.1.16.4", "3.11.6.2.1"),
            "report:violation",
            OFFICES | {Finder.STAFF},
            "許可のないソフトウェアが入っている、設定が変えられている",
        ),
        KindSpec(
            ViolationKind.BROWSING,
            ("3.9.1.3",),
            "report:off-duty-browsing",
            frozenset({Finder.CENTRAL}),
            "明らかに仕事と関係のないサイトを見ていた記録がある",
        ),
        KindSpec(
            ViolationKind.INTRUSION,
            ("3.10.5.5",),
            "report:staff-intrusion",
            OFFICES,
            "権限のないシステムに入った、他人のIDを使った",
        ),
        KindSpec(
            ViolationKind.ACCESS_RECORD,
            ("3.10.1.6.2",),
            "report:access-record",
            frozenset({Finder.CENTRAL}),
            "ログの点検で、課に確かめてほしい記録が見つかった",
            needs_guidance=False,
        ),
    )
}


def kinds_for(finder: str) -> list[KindSpec]:
    """What somebody may report in this capacity."""
    return [spec for spec in SPECS.values() if finder in spec.finders]


# Which party the reporter may ask to be left out, because it is the matter itself or stands too near to it.
CONCERNED = (Party.SECTION_OFFICER, Party.DIVISION_OFFICER, Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER)
