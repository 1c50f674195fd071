"""Over the border of the city's network: information exchanged, networks joined, access from outside."""

from datetime import datetime

from assets.classification import AssetClass
from assets.forms.requests.base import DoneForm
from assets.forms.requests.ids import ClosedForm
from assets.forms.requests.network import ExternalNetworkForm, InformationExchangeForm, RemoteAccessForm
from assets.models import Connection
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Request

from .base import KindMatter, as_day, in_words

CONNECTION = (
    *("counterpart", "counterpart_manager", "purpose", "limits", "is_offline_counterpart", "exception_ground"),
    *("firewall", "liability", "survey_result"),
)
OVER_THE_INTERNET = (
    Check("3.10.2.4.7", "インターネットを通らない方法では業務ができない、やむを得ない理由がありますか"),
    Check("3.10.2.4.7", "ID・パスワード・生体認証と媒体による認証に加え、通信の暗号化などの対策がそろっていますか"),
)


@matter("information-exchange")
class InformationExchange(KindMatter):
    """他団体との情報交換 (3.10.1.3): the terms are agreed before, both permit."""

    form, done = InformationExchangeForm, DoneForm
    headline = ("counterpart", "what")
    about = ("system",)
    checks = (
        Check("3.10.1.3", "扱いかたが、やり取りの前に相手と決められていますか"),
        Check("3.10.1.3", "渡す情報は目的に必要なものだけで、終わったあとの返却・消去が決まっていますか"),
        Check("3.5.2.8.2", "渡しかたは、情報の分類に見合っていますか"),
    )


@matter("external-network")
class ExternalNetwork(KindMatter):
    """外部ネットワークとの接続 (3.10.1.10): both permit; it ends in the register of connections."""

    form = ExternalNetworkForm
    headline = ("counterpart", "system")
    about = ("system",)
    mark = AssetClass.I
    is_running = False
    checks = (
        Check("3.10.1.10.1", "接続しないと業務ができない理由があり、通信は必要な範囲に限られていますか"),
        Check("3.10.1.10.2", "接続先の構成、機器、守りを詳しく調べ、庁内に影響がないことが確かめられていますか"),
        Check("3.10.1.10.3", "接続先の不具合による損害の賠償責任が、契約で決められていますか"),
        Check("3.10.1.10.4", "外部との境界に、ファイアウォールなどが置かれますか"),
    )

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        """Entered for its applicant, who keeps the connections."""
        content = request.content
        facts = {name: content.get(name) or Connection._meta.get_field(name).get_default() for name in CONNECTION}
        days = {"since": request.starts_on, "until": request.ends_on, "surveyed_on": as_day(content["surveyed_on"])}
        with in_words():
            Connection.enter(self.need(request, "system"), by=request.applicant, at=at, request_code=request.number, **facts, **days)


@matter("remote-access")
class RemoteAccess(KindMatter):
    """外部からのアクセス (3.10.2.4): both permit; over the internet with two checks more."""

    form, done = RemoteAccessForm, ClosedForm
    headline = ("who", "system")
    about = ("system", "device")
    checks = (
        Check("3.10.2.4.2", "もっともな理由があり、使う人と範囲は必要最小限ですか"),
        Check("3.10.2.4.3", "使うのが本人であることを確かめる機能がありますか"),
        Check("3.10.2.4.4", "通信の途中で盗み見されないよう、暗号化されますか"),
        Check("3.10.2.4.5", "貸し出す端末に、セキュリティのための措置がされていますか"),
    )

    def checks_for(self, request: Request) -> tuple[Check, ...]:
        return self.checks + (OVER_THE_INTERNET if request.content.get("route") == "internet" else ())
