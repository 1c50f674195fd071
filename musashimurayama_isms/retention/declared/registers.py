"""The registers (3.5.2, 3.12): a row goes when what it speaks of is out of use for long enough."""

from django.db.models import Q

from ..kinds import Block, Holder, Kind

YEARS = "retention.registers_years"

ASSET = Kind(
    code="asset",
    word="情報資産",
    model_name="assets.asset",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="changed_at",  # nothing changes a row after its disposal
    over=Q(status="disposed"),
    department="department",
    members={"assets.assetpermission": "asset", "assets.classchange": "asset"},
)

SYSTEM = Kind(
    code="system",
    word="情報システム",
    model_name="assets.system",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="retired_on",
    over=Q(status="retired"),
    department="department",
    members={"assets.logkept": "system"},
    blocks=(
        Block("外部との接続が終わっていない", "assets.connection", "system", ~Q(status="ended")),
        Block("開発の記録が終わっていない", "assets.developmentfile", "system", Q(ended_at__isnull=True)),
        Block("監査が終わっていない", "audits.engagement", "system", Q(ended_at__isnull=True)),
    ),
)

DEVICE = Kind(
    code="device",
    word="機器",
    model_name="assets.device",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="disposed_on",
    over=Q(status="disposed"),
    department="department",
)

CONNECTION = Kind(
    code="connection",
    word="外部との接続",
    model_name="assets.connection",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="until",
    over=Q(status="ended"),
    department="system__department",
)

DEVELOPMENT = Kind(
    code="development",
    word="開発・導入の記録",
    model_name="assets.developmentfile",
    parameter="retention.test_results_years",
    holder=Holder.SECTION,
    ended="ended_at",
    department="system__department",
    members={"assets.developmentitem": "development"},
)

SERVICE = Kind(
    code="service",
    word="外部サービス",
    model_name="assets.externalservice",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="ended_on",
    over=Q(status__in=("ended", "dropped")),
    department="department",
    members={"assets.checklistitem": "checklist__service", "assets.subcontract": "service"},
)

CONTRACT = Kind(
    code="contract",
    word="委託契約",
    model_name="assets.contract",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="ended_on",
    over=Q(status__in=("ended", "dropped")),
    department="department",
    members={"assets.checklistitem": "checklist__contract", "assets.contractreport": "contract", "assets.subcontract": "contract"},
)

ACCOUNT = Kind(
    code="account",
    word="公式アカウント",
    model_name="assets.socialaccount",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="ended_on",
    over=Q(status="ended"),
    department="department",
)

LEDGER = Kind(
    code="ledger",
    word="台帳の行",
    model_name="assets.ledgerentry",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="changed_at",
    over=Q(is_open=False),
    department="department",
    members={"assets.ledgeract": "entry", "assets.ledgersubject": "entry"},
)

MOVE = Kind(
    code="move",
    word="持ち出し・運搬",
    model_name="assets.move",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="closed_at",
    department="department",
    members={"assets.moveline": "move"},
)

DISPOSAL = Kind(
    code="disposal",
    word="資産の廃棄の記録",
    model_name="assets.disposal",
    parameter=YEARS,
    holder=Holder.SECTION,
    ended="closed_at",
    over=Q(status__in=("closed", "cancelled")),
    department="department",
    members={"assets.disposalline": "disposal"},
)

RISK = Kind(
    code="risk",
    word="リスク分析",
    model_name="assets.riskassessment",
    parameter="retention.audits_years",
    holder=Holder.SECTION,
    ended="closed_at",
    over=Q(status="closed"),
    department="department",
    members={"assets.riskline": "assessment", "assets.improvement": "line__assessment"},
    blocks=(Block("改善が終わっていない", "assets.improvement", "line__assessment", Q(status="open")),),
)

ID_CHECK = Kind(
    code="id-check",
    word="利用者IDの点検",
    model_name="assets.idcheck",
    parameter=YEARS,
    holder=Holder.CENTRAL,
    ended="closed_at",
    members={"assets.idcheckline": "check_round"},
)

ASSET_IMPORT = Kind(
    code="asset-import",
    word="情報資産台帳の取込み",
    model_name="assets.assetimport",
    parameter="retention.imports_years",
    holder=Holder.SECTION,
    ended="closed_at",
    over=Q(status__in=("applied", "undone", "discarded")),
    department="department",
    members={"assets.assetimportline": "imported"},
)

LEDGER_IMPORT = Kind(
    code="ledger-import",
    word="台帳の取込み",
    model_name="assets.ledgerimport",
    parameter="retention.imports_years",
    holder=Holder.SECTION,
    ended="at",
    over=Q(status__in=("done", "discarded")),
    department="department",
)

KINDS = (
    ASSET,
    SYSTEM,
    DEVICE,
    CONNECTION,
    DEVELOPMENT,
    SERVICE,
    CONTRACT,
    ACCOUNT,
    LEDGER,
    MOVE,
    DISPOSAL,
    RISK,
    ID_CHECK,
    ASSET_IMPORT,
    LEDGER_IMPORT,
)
