"""What a development has to show, step by step, with the clause that asks for it (3.10.3)."""

from dataclasses import dataclass

from django.db import models


class Phase(models.TextChoices):
    """The steps of a development file; an item belongs to the step that may not be left without it."""

    PLANNING = "planning", "計画・調達"
    BUILDING = "building", "開発"
    TESTING = "testing", "テスト"
    MIGRATING = "migrating", "移行"
    COMPLETED = "completed", "完了"
    STOPPED = "stopped", "中止"


ORDER = (Phase.PLANNING, Phase.BUILDING, Phase.TESTING, Phase.MIGRATING, Phase.COMPLETED)


class DevelopmentKind(models.TextChoices):
    NEW = "new", "新規の開発・導入"
    RENEWAL = "renewal", "更新・統合"
    MAINTENANCE = "maintenance", "保守・改修"


@dataclass(frozen=True)
class ItemSpec:
    """One thing to be checked and shown; `kinds` empty means every development."""

    code: str
    phase: Phase
    label: str
    clauses: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    def applies_to(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


RENEWAL = (DevelopmentKind.RENEWAL,)
NEW_OR_RENEWAL = (DevelopmentKind.NEW, DevelopmentKind.RENEWAL)

ITEMS = (
    ItemSpec("procurement-policy", Phase.PLANNING, "市の調達基本方針に沿って進めている", ("3.10.3.1.1",), NEW_OR_RENEWAL),
    ItemSpec("specification", Phase.PLANNING, "調達仕様書に、必要なセキュリティ機能を書いた", ("3.10.3.1.2",)),
    ItemSpec("product-check", Phase.PLANNING, "製品のセキュリティ機能を調べ、問題のないことを確かめた", ("3.10.3.1.3",)),
    ItemSpec("persons", Phase.PLANNING, "責任者と作業者を特定し、開発の規則を定めた", ("3.10.3.2.1",)),
    ItemSpec("risk-analysis", Phase.PLANNING, "事故と不正のリスクを分析した", ("3.10.3.2.4",)),
    ItemSpec("migration-plan", Phase.PLANNING, "本番へ移す手順を計画に書いた", ("3.10.3.3.1.2",)),
    ItemSpec("risk-organisation", Phase.PLANNING, "更新・統合のリスクに備える体制をつくった", ("3.10.3.8",), RENEWAL),
    ItemSpec("migration-criteria", Phase.PLANNING, "切り替えてよいかを決める移行の基準を定めた", ("3.10.3.8",), RENEWAL),
    ItemSpec("environments", Phase.BUILDING, "開発・テストの環境を本番から分けた", ("3.10.3.3.1.1",)),
    ItemSpec("access-rights", Phase.BUILDING, "責任者と作業者のアクセス権限を設定した", ("3.10.3.2.2.2",)),
    ItemSpec("unapproved-software", Phase.BUILDING, "認めていないソフトウェアが入っていないことを確かめた", ("3.10.3.2.3.2",)),
    ItemSpec(
        "data-checks", Phase.BUILDING, "入力の検査、改ざんの検出、出力の確かさを設計に入れた", ("3.10.3.5.1", "3.10.3.5.2", "3.10.3.5.3")
    ),
    ItemSpec("trial-environment", Phase.TESTING, "運用テストの前に、擬似環境で操作を確かめた", ("3.10.3.3.2.2",)),
    ItemSpec("test-data", Phase.TESTING, "テストに個人情報などの生データを使っていない", ("3.10.3.3.2.3",)),
    ItemSpec("connection-test", Phase.TESTING, "稼働中のシステムにつなぐ前に、十分なテストをした", ("3.10.3.3.2.1",), NEW_OR_RENEWAL),
    ItemSpec("acceptance-developer", Phase.TESTING, "受入れテストを、開発した側で行った", ("3.10.3.3.2.4",)),
    ItemSpec("acceptance-city", Phase.TESTING, "受入れテストを、導入する側で別に行った", ("3.10.3.3.2.4",)),
    ItemSpec("compatibility", Phase.TESTING, "ほかのシステムとの整合を確かめた", ("3.10.3.7",)),
    ItemSpec("data-kept", Phase.MIGRATING, "移行で情報を失わず、停止の影響を小さくした", ("3.10.3.3.1.3",), NEW_OR_RENEWAL),
    ItemSpec("availability", Phase.MIGRATING, "必要なときに使えることを確かめてから導入した", ("3.10.3.3.1.4",), NEW_OR_RENEWAL),
    ItemSpec("documents", Phase.MIGRATING, "設計書・手順書などをそろえ、運用の担当に引き継いだ", ("3.10.3.4.1",)),
    ItemSpec("test-results", Phase.MIGRATING, "テストの結果を保管した（保管する期間も決めた）", ("3.10.3.4.2",)),
    ItemSpec("source-code", Phase.MIGRATING, "ソースコードを適切な方法で保管した", ("3.10.3.4.3",)),
    ItemSpec("operation-check", Phase.MIGRATING, "更新・統合の後の運営体制を確かめた", ("3.10.3.8",), RENEWAL),
)
SPECS = {spec.code: spec for spec in ITEMS}


def items_of(kind: str) -> tuple[ItemSpec, ...]:
    """The items of a development of this kind, in order."""
    return tuple(spec for spec in ITEMS if spec.applies_to(kind))
