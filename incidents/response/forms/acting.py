"""Emergency measures, the cut of a network, an attack, evidence and its custody."""

from datetime import datetime

from django import forms

from assets.models import Connection, System
from incidents.chain import Party
from incidents.handling import people
from incidents.models import CustodyMove, EmergencyMeasure, Evidence, Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateTimeField, line, radio, text
from musashimurayama_isms.files.fields import UploadsField

from .fields import SpokenForm, StaffField


class MeasureForm(SpokenForm):
    """What was done at once."""

    what = text("とった措置", "例 端末をネットワークから外した、共有リンクを止めた、サーバを停止した")
    taken_at = JapaneseDateTimeField(label="行った日時")
    taken_by = line("行った人", "委託事業者のときは、会社名も入力します。")
    basis = radio("だれの指示ですか", EmergencyMeasure.Basis.choices)
    absence = line(
        "総括管理者に指示を求められなかった事情", "「総括管理者が不在のため」を選んだときに入力します。", required=False, max_length=500
    )
    is_stop = forms.BooleanField(label="システムを停止した", required=False)
    system = forms.ModelChoiceField(label="停止したシステム", queryset=System.objects.none(), required=False, empty_label="選ばない")

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].queryset = System.objects.visible_to(by, at=at)
        speakers = people(incident, EmergencyMeasure.ORDERED_BY.values(), at=at)
        self.add_spoken([actor.person for actor in speakers], by=by, at=at)
        for name in ("spoken_by", "spoken_at"):
            self.fields[name].required = False
        self.fields["spoken_by"].label = "指示した人"
        self.fields["spoken_at"].label = "指示を受けた日時"
        self.fields["spoken_by"].help_text = "ほかの人の指示によるときに入力します。本人が次のログインで確認します。"


class RestoreForm(forms.Form):
    """It runs again."""

    restored_at = JapaneseDateTimeField(label="復旧した日時")
    note = line("復旧を判断した理由", max_length=500)


class NoneNeededForm(forms.Form):
    """The end of step 6."""

    none_needed = text("応急措置が要らない理由", required=False)

    def __init__(self, *args, has_measures: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if has_measures:
            del self.fields["none_needed"]
        else:
            self.fields["none_needed"].required = True


class CutForm(SpokenForm):
    """A network that was cut."""

    network = line("遮断した外部ネットワーク")
    connection = forms.ModelChoiceField(
        label="登録されている接続", queryset=Connection.objects.none(), required=False, empty_label="選ばない"
    )
    reason = text("認められた問題と、想定される脅威")
    cut_at = JapaneseDateTimeField(label="遮断した日時")

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].queryset = Connection.objects.visible_to(by, at=at).live().select_related("system")
        self.add_spoken([actor.person for actor in people(incident, [Party.CENTRAL_MANAGER], at=at)], by=by, at=at)
        self.fields["spoken_by"].label, self.fields["spoken_at"].label = "判断した中央電子計算組織管理者", "判断の日時"


class CouncilForm(forms.Form):
    """Word to the 審議会 through the mayor."""

    told_at = JapaneseDateTimeField(label="市長を通じて報告した日時")
    words = text("報告した内容", rows=5)


class AttackForm(forms.Form):
    """What is known of an attack."""

    is_certain = forms.BooleanField(label="攻撃を受けることが明確になった", required=False)
    may_be_crime = forms.BooleanField(label="不正アクセスなどの犯罪の可能性がある", required=False)
    record_kept = text("攻撃の記録の保存", "何の記録を、どこに、どのように残したか。証拠として登録したときはその旨。", required=False)
    bodies = text("関係機関との連絡", "連絡した相手、日時、得た情報", required=False)
    police = text("警察との連携", "相談・届出の有無、日時、窓口。届出そのものは外部への報告に記録します。", required=False)
    experts = text("外部の専門家の支援", "支援を頼んだ相手と内容", required=False)


class EvidenceForm(forms.Form):
    """A piece that was secured."""

    name = line("証拠", "例 メールサーバの送信記録、端末のディスクの複製")
    form = radio("原本・複製", Evidence.Form.choices)
    source = line("どこから採ったか", max_length=300)
    taken_by = line("採った人")
    taken_at = JapaneseDateTimeField(label="採った日時")
    place = line("保管場所")
    holder = StaffField(label="持っている人の職員番号", single=True, help_text="あなたが持っているときは空欄のままにします。")
    sha256 = forms.RegexField(
        label="SHA-256",
        regex=r"^\s*[0-9a-fA-F]{64}\s*$",
        required=False,
        help_text="ポータルに添付できない大きなものの値。添付したファイルの値は自動で計算します。",
        error_messages={"invalid": "64文字の16進数で入力してください。"},
    )
    note = text("説明", required=False)
    corrects = forms.ModelChoiceField(
        label="訂正する証拠",
        queryset=Evidence.objects.none(),
        required=False,
        empty_label="選ばない",
        help_text="前の登録の誤りを正すときに選びます。前の登録も残ります。",
    )
    uploads = UploadsField(label="ファイル", required=False)

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["corrects"].queryset = incident.evidence.all() & Evidence.objects.visible_to(by, at=at)
        self.fields["corrects"].label_from_instance = lambda row: row.name


class CustodyForm(forms.Form):
    """It goes into other hands."""

    kind = radio("動き", CustodyMove.Kind.choices)
    taker = line("受け取った人", "警察などのときは、所属と職・氏名", required=False)
    holder = StaffField(label="受け取った職員の職員番号", single=True, help_text="職員に渡したときは、こちらに入力します。")
    place = line("保管場所")
    moved_at = JapaneseDateTimeField(label="受渡しの日時")
    reason = line("理由", max_length=300)

    def clean(self) -> dict:
        data = super().clean() or {}
        if not data.get("taker") and not data.get("holder"):
            self.add_error("taker", "受け取った人か、受け取った職員の番号を入力してください。")
        return data
