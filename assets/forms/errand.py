"""The one form of everything that leaves: which questions it asks follows from what happens (3.5.2.6-8, 3.9.1.5)."""

from datetime import date
from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.ledgers.fields import PersonField
from assets.models.move import Means, Move, Protection
from assets.ways import ARRIVING, RECEIVED, RETURNING, Way
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField

from .things import ThingsForm

MORE_QUESTIONS = "選んだことに合わせて、質問を加えました。続けて入力してください。"
HARD = (Protection.CASE, Protection.CIPHER, Protection.PASSWORD)
ENCRYPTED = (Protection.CIPHER, Protection.PASSWORD)


def _tick(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class ErrandForm(ThingsForm):
    """What is asked always, and what each way adds; a way chosen anew brings its questions before anything is complained of."""

    asked = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    ways = forms.MultipleChoiceField(
        label="どうするか", choices=Way.choices, widget=forms.CheckboxSelectMultiple, help_text="当てはまるものをすべて選びます。"
    )
    purpose = forms.CharField(label="何のために", max_length=300)
    destination = forms.CharField(label="行き先・保管する場所", max_length=200, help_text="例 東京都庁 第一本庁舎、○○倉庫（△△市）")
    recipient = forms.CharField(label="受け取る相手", max_length=200, help_text="団体名、部署、担当者")
    leaves_on = JapaneseDateField(label="庁舎を出る日")
    arrives_on = JapaneseDateField(label="着く予定の日")
    returns_on = JapaneseDateField(
        label="戻す予定の日", required=False, help_text="庁外に保管し、戻す日が決まっていないときだけ空けておけます。"
    )
    carried_by = forms.ChoiceField(label="運ぶ人", choices=Move.Carrier.choices, initial=Move.Carrier.STAFF, widget=forms.RadioSelect)
    carrier = PersonField(
        label="運ぶ職員",
        required=False,
        max_length=100,
        help_text="職員番号か氏名。空けておくと、あなたが運びます。運ぶ人は決定できません。",
    )
    contractor = forms.CharField(label="委託事業者と担当者", required=False, max_length=200)
    route = forms.CharField(label="経路と交通手段", max_length=300, help_text="寄り道をしない経路を書きます。例 公用車で庁舎から都庁へ直行")
    protections = forms.MultipleChoiceField(
        label="どう守るか", choices=Protection.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    means = forms.ChoiceField(label="送る手段", choices=Means.choices, widget=forms.RadioSelect)
    trusted = forms.CharField(label="送る事業者と、信頼できると考えた理由", max_length=300)
    no_copy = _tick("複製の禁止を取り決めている")
    is_guarded = _tick("媒体を壊れや盗難から守ることを取り決めている")
    penalty = _tick("違反したときの罰則を取り決めている")
    is_long = _tick("長い期間、保管する")
    is_backup = _tick("バックアップ、又はあまり使わない媒体である")
    write_protected = _tick("書込みを禁止している", "長く保管するときに必要です。")
    safe_area = _tick("自然災害に遭いにくい地域である", "分類Ⅰ、あまり使わない媒体、バックアップを長く保管するときに必要です。")
    is_proof = _tick("火・熱・水・湿気に強く、鍵の掛かる場所である", "分類Ⅱ以上のときに必要です。")
    legal_ground = forms.CharField(
        label="個人情報を提供できる根拠",
        required=False,
        max_length=300,
        help_text="個人情報が入っているときは必ず書きます。法令の名称と条項など。",
    )

    PARTS = (
        ("なにを", (), ("things", "more", "stated_class")),
        ("用務", ("3.9.1.5", "3.5.2.6.5"), ("ways", "purpose")),
        ("行き先と日程", (), ("destination", "recipient", "leaves_on", "arrives_on", "returns_on")),
        ("運ぶ人と経路", ("3.5.2.7.2",), ("carried_by", "carrier", "contractor", "route")),
        ("守りかた", ("3.5.2.7.1", "3.5.2.8.2", "3.9.1.4"), ("protections",)),
        ("送るときの取決め", ("3.5.2.7.3",), ("means", "trusted", "no_copy", "is_guarded", "penalty")),
        ("庁外での保管", ("3.5.2.6.2", "3.5.2.6.3", "3.5.2.6.4"), ("is_long", "is_backup", "write_protected", "safe_area", "is_proof")),
        ("外部への提供", ("3.5.2.8.3",), ("legal_ground",)),
        ("添付", (), ("uploads",)),
    )
    ONLY_FOR = {
        **dict.fromkeys(("recipient",), RECEIVED),
        **dict.fromkeys(("arrives_on",), ARRIVING),
        **dict.fromkeys(("returns_on",), RETURNING),
        **dict.fromkeys(("route",), {Way.TRANSPORT}),
        **dict.fromkeys(("means", "trusted", "no_copy", "is_guarded", "penalty"), {Way.DISPATCH}),
        **dict.fromkeys(("is_long", "is_backup", "write_protected", "safe_area", "is_proof"), {Way.OFF_SITE}),
        **dict.fromkeys(("legal_ground",), {Way.DISCLOSURE}),
    }
    template_name = "assets/move/errand_form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = self._ways()
        for name in self.left_out(self.ways):
            del self.fields[name]
        self.initial["asked"] = ",".join(self.ways)

    def _ways(self) -> list[str]:
        if self.is_bound:
            getlist = getattr(self.data, "getlist", None)
            chosen = getlist(self.add_prefix("ways")) if getlist else self.data.get("ways", [])
        else:
            chosen = self.initial.get("ways") or []
        return [way for way in Way.values if way in chosen]

    @classmethod
    def left_out(cls, ways: list[str]) -> list[str]:
        """The questions that none of the ways asks."""
        return [name for name, only in cls.ONLY_FOR.items() if not only & set(ways)]

    @property
    def parts(self) -> list[tuple]:
        """(title, clauses, fields) of the questions that are asked."""
        found = [(title, clauses, [self[name] for name in names if name in self.fields]) for title, clauses, names in self.PARTS]
        return [part for part in found if part[2]]

    # -- what is wrong ---------------------------------------------------------------------------------------------
    def full_clean(self) -> None:
        """Where a way was ticked on this very page, its questions come first, without a word about their being empty."""
        super().full_clean()
        asked = set((self.data.get(self.add_prefix("asked")) or "").split(",")) if self.is_bound else set()
        if not self.is_bound or self.is_lenient or not set(self.ways) - asked:
            return
        self._errors.clear()
        self.asks_more = True
        self.data = self.data.copy()
        self.data["asked"] = ",".join(self.ways)
        self.add_error(None, MORE_QUESTIONS)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_lenient:
            return data
        self._check_days(data)
        self._check_carrier(data)
        self._check_protection(set(data.get("protections") or ()))
        self._check_terms(data)
        self._check_storage(data)
        self._check_disclosure(data)
        return data

    def _check_days(self, data: dict[str, Any]) -> None:
        leaves, arrives, returns = (data.get(name) for name in ("leaves_on", "arrives_on", "returns_on"))
        if leaves and arrives and arrives < leaves:
            self.add_error("arrives_on", "庁舎を出る日より後の日を入力してください。")
        if returns and (first := arrives or leaves) and returns < first:
            self.add_error("returns_on", "出る日・着く日より後の日を入力してください。")
        if Way.TAKE_OUT in self.ways and not returns:
            self.add_error("returns_on", "持ち出して使うものには、戻す日が必要です。")

    def _check_carrier(self, data: dict[str, Any]) -> None:
        if data.get("carried_by") == Move.Carrier.CONTRACTOR and not data.get("contractor"):
            self.add_error("contractor", "委託事業者の名称と、運ぶ担当者を入力してください。")

    def _check_protection(self, protections: set[str]) -> None:
        if self._is_important and Way.TRANSPORT in self.ways and not protections & set(HARD):
            self.add_error("protections", "分類Ⅱ以上を運ぶときは、鍵付きのケース、暗号化、パスワードのどれかで守ります。")
        elif self._is_important and Way.DISCLOSURE in self.ways and Protection.CIPHER not in protections:
            self.add_error("protections", "分類Ⅱ以上を外部に提供するときは、必ず暗号化します（パスワードによる暗号化を含みます）。")
        elif self.has_personal_data and not protections & set(ENCRYPTED):
            self.add_error("protections", "個人情報の電磁的記録には、パスワードを設定します。")

    def _check_terms(self, data: dict[str, Any]) -> None:
        for name in ("no_copy", "is_guarded", "penalty"):
            if name in self.fields and not data.get(name):
                self.add_error(name, "送る前に取り決めて、印を付けてください。")

    def _check_storage(self, data: dict[str, Any]) -> None:
        if Way.OFF_SITE not in self.ways or self.asset_class is None:
            return
        is_long = data.get("is_long")
        rare = self.asset_class == AssetClass.I or data.get("is_backup")
        needed = {"write_protected": is_long, "safe_area": is_long and rare, "is_proof": self._is_important}
        for name in (name for name, is_needed in needed.items() if is_needed and not data.get(name)):
            self.add_error(name, "この保管に必要です。満たす場所や方法を選び直し、確かめて印を付けてください。")

    def _check_disclosure(self, data: dict[str, Any]) -> None:
        if Way.DISCLOSURE in self.ways and any(thing.has_personal for thing in self.found) and not data.get("legal_ground"):
            self.add_error("legal_ground", "個人情報が入っています。提供できる根拠を書いてください。")
        if self.ways == [Way.DISCLOSURE] and self.asset_class and not self._is_important:
            words = "分類Ⅲ・Ⅳの情報の提供に、許可は要りません。媒体を送る、持ち出すなど、ほかに当てはまるものがあるときは選んでください。"
            self.add_error("ways", words)

    @property
    def _is_important(self) -> bool:
        return self.asset_class is not None and self.asset_class.is_important

    # -- what is kept ----------------------------------------------------------------------------------------------
    def period(self) -> dict[str, date | None]:
        """The permit counts from leaving to coming back, or to arriving where nothing comes back."""
        data = self.cleaned_data
        last = data.get("returns_on") if set(self.ways) & RETURNING else data.get("arrives_on")
        return {"starts_on": data.get("leaves_on", self.request.starts_on), "ends_on": last}

    def content(self) -> dict[str, Any]:
        """With the key of the carrier, who may not decide; by staff without a name it is who writes."""
        found = super().content() | {"asked": ",".join(self.ways)}
        carrier: User | None = self.cleaned_data.get("carrier") or (self.user if self.cleaned_data.get("carried_by") == "staff" else None)
        is_staff = self.cleaned_data.get("carried_by") != Move.Carrier.CONTRACTOR
        found["carrier"], found["carrier_key"] = (carrier.username, carrier.pk) if carrier and is_staff else ("", None)
        return found

    def content_so_far(self) -> dict[str, Any]:
        """What the ways no longer ask is dropped."""
        left_out = self.left_out(self.ways)
        return {name: value for name, value in super().content_so_far().items() if name not in left_out}
