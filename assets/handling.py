"""What may I do with this? What the policy asks for each act on an asset of a class, as data, in our own words.

A rule holds for the classes named; the first rule of an act that fits is the answer. A new request type needs only its code here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from assets.classification import AssetClass
from musashimurayama_isms.approvals.matters import is_open
from musashimurayama_isms.approvals.models import RequestType

if TYPE_CHECKING:
    from assets.models import Asset

I, II, III, IV = AssetClass  # noqa: E741  the policy's own names
IMPORTANT, OTHERS, ALL = (I, II), (III, IV), (I, II, III, IV)


class Verdict(models.TextChoices):
    """The answer in a word; `tone` is that of the status chip."""

    FREE = "free", "できます"
    CARE = "care", "守ることがあります"
    PERMIT = "permit", "許可が必要です"
    NO = "no", "このままではできません"

    @property
    def tone(self) -> str:
        return {"free": "done", "care": "neutral", "permit": "waiting", "no": "error"}[self.value]


@dataclass(frozen=True)
class Rule:
    """For these classes: the verdict, what to keep, the clauses, and the type of request that a permit needs."""

    classes: tuple[AssetClass, ...]
    verdict: Verdict
    words: str
    clauses: tuple[str, ...]
    request: str = ""


@dataclass(frozen=True)
class Act:
    """One thing that people want to do, with its rules."""

    code: str
    label: str
    rules: tuple[Rule, ...]


ACTS = (
    Act(
        "take-out",
        "庁舎の外へ持ち出す",
        (
            Rule(
                ALL,
                Verdict.PERMIT,
                "分類にかかわらず、出る前に課長の許可を受けます。個人情報にはパスワードを掛け、戻したら返却を記録します。",
                ("3.9.1.5", "3.9.1.4", "3.5.2.6.5"),
                "take-out",
            ),
        ),
    ),
    Act(
        "transport",
        "車などで運ぶ",
        (
            Rule(
                IMPORTANT,
                Verdict.PERMIT,
                "課長か中央電子計算組織管理者の許可を受けます。鍵付きのケース、暗号化、パスワードなどで守ります。",
                ("3.5.2.7.2", "3.5.2.7.1"),
                "transport",
            ),
            Rule(OTHERS, Verdict.FREE, "運搬の許可は要りません。庁舎の外へ持ち出すときは、持ち出しの許可を受けます。", ("3.5.2.7.2",)),
        ),
    ),
    Act(
        "dispatch",
        "郵便や宅配で送る",
        (
            Rule(
                ALL,
                Verdict.PERMIT,
                "送付の手続をします。信頼できる運び手と、できるだけ安全な方法を選びます。",
                ("3.5.2.6.5", "3.5.2.7.3"),
                "media-dispatch",
            ),
        ),
    ),
    Act(
        "send",
        "メールなどで送信する",
        (
            Rule(
                IMPORTANT,
                Verdict.CARE,
                "必要に応じて、パスワードなどで暗号化します。市の外へ渡すときは、次の「外部へ提供する」にも従います。",
                ("3.5.2.8.1",),
            ),
            Rule(OTHERS, Verdict.FREE, "分類による制限はありません。業務に必要な相手だけに、宛先を確かめて送ります。", ("3.5.2.5.2",)),
        ),
    ),
    Act(
        "disclose",
        "外部へ提供する",
        (
            Rule(
                IMPORTANT,
                Verdict.PERMIT,
                "課長の許可を受け、必ずパスワードなどで暗号化して渡します。",
                ("3.5.2.8.3", "3.5.2.8.2"),
                "disclosure",
            ),
            Rule(OTHERS, Verdict.FREE, "提供の許可は要りません。媒体で渡すときは、送付や持ち出しの手続をします。", ("3.5.2.8.3",)),
        ),
    ),
    Act(
        "publish",
        "市民に公開する",
        (
            Rule(IMPORTANT, Verdict.NO, "公開を予定しない分類です。公開することになったら、課長が先に分類を変えます。", ("3.5.1",)),
            Rule(
                OTHERS, Verdict.PERMIT, "内容が正しく、書き換えられないことを、公開の前に課長が確かめます。", ("3.5.2.8.4",), "publication"
            ),
        ),
    ),
    Act(
        "keep",
        "保管する",
        (
            Rule(
                (I,),
                Verdict.CARE,
                "火・熱・水・湿気に強く、鍵の掛かる場所に置きます。媒体を長く保管するときは、書込みを禁止し、災害に遭いにくい地域を選びます。",
                ("3.5.2.6.4", "3.5.2.6.2", "3.5.2.6.3"),
            ),
            Rule(
                (II,),
                Verdict.CARE,
                "媒体は、火・熱・水・湿気に強く、鍵の掛かる場所に置きます。長く保管するときは、書込みを禁止します。",
                ("3.5.2.6.4", "3.5.2.6.2"),
            ),
            Rule(
                OTHERS,
                Verdict.FREE,
                "分類に合った場所に置きます。媒体を長く保管するときは、書込みを禁止します。",
                ("3.5.2.6.1", "3.5.2.6.2"),
            ),
        ),
    ),
    Act(
        "off-site",
        "複製を庁舎の外に保管する",
        (Rule(ALL, Verdict.PERMIT, "移すときも、バックアップのために戻すときも、先に手続をします。", ("3.5.2.6.5",), "off-site-copy"),),
    ),
    Act(
        "copy",
        "複製する",
        (Rule(ALL, Verdict.CARE, "業務に必要な分だけにします。複製も同じ分類で扱い、台帳に登録します。", ("3.5.2.1.2", "3.5.2.3.1")),),
    ),
    Act(
        "print",
        "印刷する",
        (
            Rule(
                IMPORTANT,
                Verdict.CARE,
                "紙の隅などに分類を付けます。席を離れるときは、机の上に置いたままにしません。",
                ("3.5.2.2", "3.9.1.8"),
            ),
            Rule(OTHERS, Verdict.FREE, "紙の隅などに分類を付けます。", ("3.5.2.2",)),
        ),
    ),
    Act(
        "show",
        "扱う権限のない人に見せる",
        (
            Rule(IMPORTANT, Verdict.PERMIT, "課長の許可を受けてから見せます。", ("3.9.1.8",), "viewing"),
            Rule(
                OTHERS,
                Verdict.FREE,
                "公開しているものは見せられます。まだ公開していないものは、課長の許可を受けます。",
                ("3.9.1.8",),
                "viewing",
            ),
        ),
    ),
    Act(
        "external-service",
        "外部サービスに置く",
        (
            Rule(
                IMPORTANT,
                Verdict.PERMIT,
                "利用の許可を受けた、この分類を扱えるサービスだけを使います。申請は中央電子計算組織管理者がします。",
                ("3.12.3.3", "3.12.3.4.1"),
            ),
            Rule(OTHERS, Verdict.PERMIT, "利用の許可を受けたサービスだけを使います。", ("3.12.4.2.1",), "external-service-light"),
        ),
    ),
    Act(
        "dispose",
        "廃棄する・リース会社に返す",
        (
            Rule(
                ALL,
                Verdict.PERMIT,
                "課長の許可を受け、元に戻せない方法で消すか壊し、日時・担当者・処理の内容を記録します。",
                ("3.5.2.9.3", "3.5.2.9.1", "3.5.2.9.2"),
                "disposal",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Answer:
    """An act with the rule that fits; `can_begin` where the request of the permit can be begun from here."""

    act: Act
    rule: Rule
    can_begin: bool


def rule_for(act: Act, asset_class: int) -> Rule:
    """The first rule of the act for the class."""
    return next(rule for rule in act.rules if asset_class in rule.classes)


def answers(asset: "Asset") -> Iterator[Answer]:
    """Every act for the class under which the asset must be handled; one query."""
    wanted = {rule.request for act in ACTS for rule in act.rules if rule.request}
    begun = {type_.code for type_ in RequestType.objects.filter(code__in=wanted) if is_open(type_)}
    for act in ACTS:
        rule = rule_for(act, asset.effective_class)
        yield Answer(act, rule, can_begin=rule.request in begun and asset.status == asset.Status.IN_USE)


def further_rules(asset: "Asset") -> Iterator[tuple[str, str]]:
    """What the asset asks for beyond its class, as (words, clause)."""
    if asset.has_my_number:
        yield "特定個人情報を含みます。分類Ⅰとして扱い、特定個人情報等の取扱いに関する管理規程にも従います。", "3.6"
    if asset.network == asset.Network.MY_NUMBER:
        yield "マイナンバー利用事務系の端末からは、USBメモリなどへ取り出せない設定です。", "3.7.1.2.2"
    if asset.is_unfinished:
        yield "作りかけでも、完成したものと同じように守ります。要らなくなったら消します。", "3.5.2.3.3"
