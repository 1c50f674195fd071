"""What is written down of acts of office: of 中央電子計算組織管理者, decided by nobody else."""

from datetime import datetime
from typing import Any

from django import forms

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateTimeField

from .base import DeviceField, DoneForm, KindForm, PeopleField, choice, choices, day, line, text, yes

GROUNDS = [
    ("access", "不正アクセス"),
    ("malware", "不正プログラム"),
    ("leak", "情報の漏えいの疑い"),
    ("other", "そのほかの情報セキュリティ上の必要"),
]

RESULTS = [
    ("nothing", "問題はなかった"),
    ("incident", "インシデントとして報告した"),
    ("violation", "違反として報告した"),
]


class DepartmentField(forms.ModelChoiceField):
    """A section in force."""

    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(queryset=Department.objects.none(), label=label, help_text=help_text, empty_label="選んでください")

    def label_from_instance(self, department: Department) -> str:
        return department.full_name


class OfficeForm(KindForm):
    """Sections are those in force; what was done lies in the past."""

    PAST: tuple[str, ...] = ()

    def _rows(self, field: forms.Field):
        if isinstance(field, DepartmentField):
            return Department.objects.in_force(day_of(self.at)).select_related("parent").order_by("parent__position", "position")
        return super()._rows(field)

    def check(self, data: dict[str, Any]) -> None:
        for name in self.PAST:
            found = data.get(name)
            now = self.at if isinstance(found, datetime) else self.at and day_of(self.at)
            if found and now and found > now:
                self.add_error(name, "まだ来ていない日時です。行ったことを記録してください。")


class DeviceSurveyForm(OfficeForm):
    """利用状況調査: why, what, who looks (3.11.2.2)."""

    ground = choice("調べる理由", GROUNDS, "情報セキュリティを守るための調査に限ります。ほかの目的では調べられません。")
    ground_text = text("疑いの内容", "何があって調べることにしたかを書きます。")
    department = DepartmentField("調べる端末などを使っている課")
    whose = line("だれの端末・記録ですか", "利用者ID。決まっていないときは「課の全員」などと書きます。")
    scope = choices(
        "調べるもの",
        [
            ("terminal", "パソコン・モバイル端末"),
            ("medium", "電磁的記録媒体"),
            ("access", "通信とアクセスの記録"),
            ("mail", "電子メールの送受信の記録"),
        ],
    )
    scope_text = text("調べる範囲", "期間、端末の番号など。必要な最小限にします。", rows=2)
    surveyors = PeopleField("調べる人", "ここで指名した人だけが、調査の記録を見られます。")
    starts_on = day("調べ始める日")
    sees_personal = choice("個人情報を見ますか", [("no", "見ない"), ("yes", "見る")])
    law = line("個人情報を見るときの、法令などの手続", "見るときは、根拠と、取った手続を書きます。", required=False)
    is_silent = yes("調べて知ったことを、調べる人以外に話さないことを、全員に伝えました")

    def check(self, data: dict[str, Any]) -> None:
        super().check(data)
        if data.get("sees_personal") == "yes":
            self.need(data, "law", "個人情報を見るには、法令などで決まった手続が必要です。取った手続を書いてください（3-11(2)イ(イ)）。")


class SurveyedForm(DoneForm):
    """Who saw what."""

    field_order = ("done_on", "seen", "result", "note")
    done_on = day("調べ終えた日")
    seen = text("だれが何を見ましたか", "調べた人ごとに、見たものを書きます。")
    result = choice("結果", RESULTS)


class SuspensionForm(OfficeForm):
    """利用権の停止・剥奪: only after the section's guidance has failed (3.11.6.2.3)."""

    PAST = ("guided_on", "stopped_at")
    user_id = line("止める利用者ID", "氏名は書きません。")
    department = DepartmentField("その職員の課", "課の情報セキュリティ担当者と、部の総括情報セキュリティ担当者が決まります。")
    kind = choice("何をしますか", [("stop", "停止（期限か条件を付けて止める）"), ("take", "剥奪（使えなくする）")])
    scope = line("止めるもの", "例 すべての情報システム、インターネットの利用")
    violation = text("違反の内容", "違反の報告があるときは、その番号も書きます。")
    guided_on = day("課の情報セキュリティ担当者が指導した日")
    guidance = text("指導の内容と、改まらなかったこと", rows=2)
    stopped_at = JapaneseDateTimeField(label="止めた日時")
    until = line("停止を解く期限・条件", "例 再研修を終えたとき。剥奪では「なし」と書きます。")


class LiftedForm(DoneForm):
    """The right is given back, or the matter is closed."""

    field_order = ("done_on", "ending", "note")
    done_on = day("解除した日")
    ending = text("解除した理由", rows=2)


class TerminalBanForm(OfficeForm):
    """端末の使用禁止: unlicensed software or changed settings (3.10.1.16.4)."""

    PAST = ("found_on", "stopped_at")
    device = DeviceField("使用を止める端末", required=False)
    device_text = line("台帳にない端末", "機種名、備品番号を書きます。", required=False)
    department = DepartmentField("端末を使っている課")
    user_id = line("使っている人の利用者ID", "氏名は書きません。")
    kind = choice("何がありましたか", [("software", "許可のないソフトウェアの導入"), ("setting", "許可のない設定の変更"), ("both", "両方")])
    found_on = day("見つけた日")
    reason = text("見つけたことの内容", "何が入っていたか、どの設定が変わっていたか")
    stopped_at = JapaneseDateTimeField(label="使用を止めた日時")
    lifted_when = line("禁止を解く条件", "例 ソフトウェアを消し、検査をして、課長が指導したとき")

    def check(self, data: dict[str, Any]) -> None:
        super().check(data)
        if not data.get("device") and not data.get("device_text") and "device" not in self.errors:
            self.add_error("device", "端末を台帳から選ぶか、台帳にない端末の欄に書いてください。")


def names(keys: list[int]) -> list[User]:
    """The persons chosen in a form."""
    return list(User.objects.filter(pk__in=keys))
