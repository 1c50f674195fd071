"""Specimens for the page /components/: one of everything, so that a change of style is seen at once."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict

from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField

KINDS = [("lost", "紛失"), ("wrong", "誤送信"), ("other", "その他")]
MEDIA = [("paper", "紙"), ("usb", "USBメモリ"), ("mail", "電子メール")]


class SpecimenForm(forms.Form):
    """A field of every kind."""

    subject = forms.CharField(label="件名", max_length=100, help_text="個人の氏名は入れないでください。")
    day = JapaneseDateField(label="返却予定日", help_text="年は「2026」でも「R8」でも構いません。")
    moment = JapaneseDateTimeField(label="気づいた日時")
    kind = forms.ChoiceField(label="種別", choices=[("lost", "紛失"), ("wrong", "誤送信"), ("other", "その他")], widget=forms.RadioSelect)
    media = forms.MultipleChoiceField(
        label="媒体",
        choices=[("paper", "紙"), ("usb", "USBメモリ"), ("mail", "電子メール")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.ChoiceField(label="保管場所", choices=[("", "選んでください"), ("a", "執務室の書庫"), ("b", "電算室")])
    note = forms.CharField(label="状況", widget=forms.Textarea({"rows": 3}), required=False)
    evidence = forms.FileField(label="資料", required=False)
    agreed = forms.BooleanField(label="内容を確かめました")


def specimens(*, at: datetime, data: QueryDict) -> dict:
    """The context of the page; `data` with `wrong` shows the form with its errors."""
    return {
        "form": SpecimenForm({"day_year": "R8", "day_month": "2", "day_day": "30"} if "wrong" in data else None),
        "filter_form": SpecimenFilterForm(data),
        "steps": _steps(at),
        "late_steps": [{"title": "起案", "state": "done", "who": "見本 花子"}, {"title": "承認", "state": "late", "who": "見本 太郎"}],
        "entries": _entries(at),
        "dues": [at + timedelta(days=12), at + timedelta(days=3), at + timedelta(hours=5), at - timedelta(hours=2), at - timedelta(days=4)],
        "today": at.date(),
        "now": at,
        "page_obj": Paginator(range(612), 50).page(4),
        "facts": [("資産番号", "市民-0012"), ("所管課", "市民部市民課"), ("件数", 0), ("保管場所", "")],
        "rows": [("市民-0012", "住民異動届（紙）", 1, "使用中"), ("市民-0031", "窓口案内の原稿", 4, "廃棄済み")],
        "first_steps": [
            ("端末をネットワークから切り離す", "LANケーブルを抜くか、無線を切ります。電源は切らないでください。"),
            ("課長に口頭で伝える", "画面の入力より先で構いません。"),
            ("画面やメールを消さずに残す", ""),
        ],
    }


class SpecimenFilterForm(forms.Form):
    """A filter bar."""

    q = forms.CharField(label="言葉", required=False)
    state = forms.ChoiceField(label="状態", choices=[("", "全て"), ("open", "対応中"), ("closed", "完了")], required=False)


def _steps(at: datetime) -> list[dict]:
    return [
        {"title": "提出", "state": "done", "who": "見本 花子（市民課）", "when": at - timedelta(days=2)},
        {"title": "課長", "state": "done", "who": "見本 次郎（課長補佐）", "in_place_of": "見本 太郎", "when": at - timedelta(days=1)},
        {"title": "部長", "state": "skipped", "note": "本人が申請者のため"},
        {"title": "電子計算組織総括管理者", "state": "now", "who": "見本 三郎", "when": at - timedelta(hours=3), "note": "確認待ち"},
        {"title": "最高情報セキュリティ責任者", "state": "next"},
    ]


def _entries(at: datetime) -> list[SimpleNamespace]:
    return [
        _entry(at - timedelta(days=2), "インシデントを報告", "見本 花子", "端末装置利用者"),
        _entry(at - timedelta(days=1), "受領を確認", "見本 次郎", "情報セキュリティ担当者", in_place_of="見本 太郎"),
        _entry(at, "期限の督促を送信", "", ""),
    ]


def _entry(at: datetime, word: str, actor_name: str, role: str, in_place_of: str = "") -> SimpleNamespace:
    return SimpleNamespace(at=at, word=word, actor_name=actor_name, role=role, in_place_of=in_place_of)
