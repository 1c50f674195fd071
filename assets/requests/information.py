"""Information: its class is ruled, it is published, shown, put on the web, spoken of in a conference."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from assets.classification import AssetClass
from assets.forms.requests.ids import ClosedForm
from assets.forms.requests.information import (
    ClassificationRulingForm,
    ClassRulingForm,
    PublicationForm,
    PublishedForm,
    ViewingForm,
    WebConferenceForm,
    WebStorageForm,
)
from assets.models import Asset
from assets.models.series import AssetSeries
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Decision, Request, Subject

from .base import KindMatter, in_words

UNKNOWN = AssetClass.I  # until it is ruled, it is handled as the highest


@matter("classification-ruling")
class ClassificationRuling(KindMatter):
    """分類不明の判断 (3.5.2.4.3): the decision sets class and 権限, and the asset stands in the register of the applicant's section."""

    form = ClassificationRulingForm
    headline = ("name",)
    mark = UNKNOWN
    is_running = False
    checks = (
        Check("3.5.2.4.3", "どんな情報かを、申請の内容と添付から判断できますか。できないときは差し戻して尋ねてください"),
        Check("3.5.2.4.2", "入手した相手が付けた分類や取扱いの条件を確かめましたか"),
        Check("3.5.1", "漏れたとき、書き換えられたとき、使えないときの影響から、分類を判断しましたか"),
    )

    def ruling(self, request: Request) -> type[ClassRulingForm]:
        return ClassRulingForm

    def guard_ruling(self, outcome: str, ruling: dict[str, Any] | None) -> None:
        if outcome == Decision.Outcome.PERMIT and not (ruling or {}).get("asset_class"):
            raise ValidationError("分類を決めずに判断を終えることはできません。申請の画面で、分類、扱ってよい人、理由を入力してください。")

    def hold(self, request: Request) -> None:
        AssetSeries.hold(request.department)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        content, ruling = request.content, request.ruling
        facts = {name: content[name] for name in ("name", "kind", "origin", "place")}
        has_personal = bool(content.get("has_personal"))
        with in_words():
            asset = Asset.admit(
                request.department,
                by=by,
                at=at,
                **facts,
                has_personal=has_personal,
                asset_class=ruling["asset_class"],
                handlers=ruling["handlers"],
            )
        Subject.of(request, asset, 1).save()


@matter("publication")
class Publication(KindMatter):
    """住民への公開 (3.5.2.8.4): looked at before, and where it came to stand is written down after."""

    form, done = PublicationForm, PublishedForm
    headline = ("what", "place")
    checks = (
        Check("3.5.2.8.4", "内容を原本と突き合わせ、間違いがないことを確かめましたか"),
        Check("3.5.2.8.4", "公開したあとに書き換えられない手だてと、書き換えに気付く手だてがありますか"),
        Check("3.5.2.8.3", "個人情報や公開しない情報が、見えない部分も含めて入っていませんか"),
    )


@matter("viewing")
class Viewing(KindMatter):
    """机上・画面の閲覧許可 (3.9.1.8)."""

    form = ViewingForm
    headline = ("viewer", "what")
    checks = (
        Check("3.9.1.8", "見せる相手と見せるものは、仕事に必要な範囲に限られていますか"),
        Check("3.9.1.8", "ほかの書類や画面が目に入らず、持ち出しや撮影ができない見せかたですか"),
    )


@matter("web-storage")
class WebStorage(KindMatter):
    """Webメール・ネットワークストレージ (3.10.1.14.5)."""

    form, done = WebStorageForm, ClosedForm
    headline = ("service", "information")
    checks = (
        Check("3.10.1.14.5", "市のメールやファイルの受渡しの仕組みではできない仕事ですか"),
        Check("3.10.1.14.5", "使うサービスとアカウントは、業務で使って差し支えないものですか"),
        Check("3.12.4.2.1", "載せる情報は分類Ⅱ未満だけで、約款などの危険は受け入れられますか"),
    )


@matter("web-conference")
class WebConference(KindMatter):
    """外部主催Web会議への参加 (3.10.1.19.4), under the 利用手順 of 3.10.1.19.1."""

    form = WebConferenceForm
    headline = ("name", "host")
    is_running = False
    checks = (
        Check("3.10.1.19.4", "会議の主催者と使うサービスは、利用手順で参加してよいものですか"),
        Check("3.10.1.19.2", "参加者と扱う情報に合った対策が選ばれていますか"),
    )
