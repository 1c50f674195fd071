"""年 月 日 boxes: what people type becomes a day, whatever else is refused in words and kept in the boxes."""

from datetime import date, datetime

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from musashimurayama_isms.dashboard.templatetags.portal import errors_once
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.fiscal import ERAS, TOKYO, wareki
from policy.forms import CoverageForm, PolicyFileForm

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
ERA_DAYS = st.dates(ERAS[-1][0], date(2100, 12, 31))
FULL_WIDTH = str.maketrans("0123456789RHS", "０１２３４５６７８９ＲＨＳ")
LETTERS = {"令和": "R", "平成": "H", "昭和": "S"}


class OneDay(forms.Form):
    day = JapaneseDateField(label="返却予定日", required=False, help_text="見込みで構いません。")


class OneMoment(forms.Form):
    moment = JapaneseDateTimeField(label="気づいた日時")


def error_of(field: forms.Field, parts: list) -> str:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(parts)
    return " ".join(refused.value.messages)


def outcome_of(field: forms.Field, parts: list) -> tuple:
    """What the field makes of the boxes, and the messages of its refusal."""
    try:
        return field.clean(parts), []
    except forms.ValidationError as refused:
        return None, refused.messages


@given(DAYS)
def test_a_day_in_the_western_calendar_comes_back_the_same(day):
    assert JapaneseDateField().clean([str(day.year), str(day.month), str(day.day)]) == day


@given(ERA_DAYS, st.booleans(), st.booleans())
def test_a_day_of_an_era_comes_back_the_same_in_letters_words_and_full_width(day, by_letter, full_width):
    era = next(name for first, name in ERAS if day >= first)
    year = wareki(day).removeprefix(era).split("年")[0]
    parts = [f"{LETTERS[era] if by_letter else era}{year}", str(day.month), str(day.day)]
    if full_width:
        parts = [part.translate(FULL_WIDTH) for part in parts]
    assert JapaneseDateField().clean(parts) == day


@given(st.datetimes(datetime(1950, 1, 1), datetime(2200, 12, 31)))  # noqa: DTZ001 – the zone is what the field adds
def test_a_moment_comes_back_in_the_zone_of_the_city_to_the_minute(moment):
    boxes = [str(part) for part in (moment.year, moment.month, moment.day, moment.hour, moment.minute)]
    found = JapaneseDateTimeField().clean(boxes)
    assert found == moment.replace(second=0, microsecond=0, tzinfo=TOKYO)


@given(DAYS)
def test_what_the_boxes_show_for_a_day_is_read_back_as_that_day(day):
    shown = JapaneseDateField().widget.decompress(day)
    assert JapaneseDateField().clean([str(part) for part in shown]) == day


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=5, max_size=5))
@example(["２０２６", "十一", "1", "9", "0"])
@example(["9999999", "1", "1", "0", "0"])
@example(["R0", "1", "1", "0", "0"])
@example(["²⁰²⁶", "1", "1", "0", "0"])
@example(["\x00", "1", "1", "0", "0"])
def test_garbage_is_refused_with_words_and_with_nothing_else(parts):
    for field, boxes in ((JapaneseDateField(required=False), parts[:3]), (JapaneseDateTimeField(required=False), parts)):
        found, messages = outcome_of(field, boxes)
        assert isinstance(found, date) or found is None
        assert all(message.endswith("。") for message in messages)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["2026", "", "3"], "月が入力されていません"),
        (["2026", "2", "30"], "2026年2月30日は暦にありません"),
        (["26", "2", "3"], "「2026」か「R8」のように"),
        (["2026", "13", "1"], "月は1から12まで"),
        (["H31", "5", "1"], "令和元年5月1日でしょうか"),
    ],
)
def test_the_message_says_which_box_is_wrong(parts, words):
    assert words in error_of(JapaneseDateField(), parts)


def test_the_minute_may_be_left_out_and_the_hour_may_not():
    assert JapaneseDateTimeField().clean(["R8", "11", "22", "14", ""]) == datetime(2026, 11, 22, 14, 0, tzinfo=TOKYO)
    assert "時が入力されていません" in error_of(JapaneseDateTimeField(), ["R8", "11", "22", "", "5"])
    assert "時は0から23まで" in error_of(JapaneseDateTimeField(), ["R8", "11", "22", "24", "0"])


def test_nothing_typed_is_nothing_where_nothing_is_required():
    assert JapaneseDateField(required=False).clean(["", " ", None]) is None
    assert "日時を入力してください" in error_of(JapaneseDateTimeField(), ["", "", "", "", ""])


def test_a_refused_form_keeps_what_was_typed_and_names_error_before_support():
    form = OneDay({"day_year": "R8", "day_month": "2", "day_day": "30"})
    html = str(form)
    assert 'value="R8"' in html
    assert 'value="30"' in html
    assert 'aria-describedby="id_day_error id_day_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert "<legend" in html


def test_the_summary_names_each_error_once_and_jumps_to_its_field():
    form = OneMoment({})
    html = str(form) + str(form)
    assert html.count("入力内容に誤りがあります（1件）") == 1
    assert 'href="#id_moment_field"' in html
    assert 'id="id_moment_field"' in html


class Checked(OneMoment):
    """A form that finds fault with a field only after it has looked at the last one."""

    last = forms.CharField(label="終わり")

    def clean(self):
        self.add_error("moment", "後から分かりました。")
        self.add_error(None, "全体が合いません。")
        return super().clean()


def test_the_summary_follows_the_page_whatever_was_found_first():
    lines = [(line.label, line.message) for line in errors_once(Checked({"moment_year": "2026", "moment_month": "1", "moment_day": "1"}))]
    assert [label for label, _ in lines] == ["", *[label for label, _ in lines if label and label != "終わり"], "終わり"]


def test_a_field_says_when_it_is_needed():
    form = OneDay()
    form.fields["day"].need = "差戻しでは必須"
    assert "※差戻しでは必須" in str(form)
    assert "※任意" not in str(form)


def test_a_field_says_in_words_whether_it_is_needed():
    assert "※任意" in str(OneDay())
    assert "※必須" in str(OneMoment())
    assert "style=" not in str(OneMoment())


def test_an_unchanged_day_is_no_change():
    day = date(2026, 11, 22)
    assert not JapaneseDateField().has_changed(day, ["令和8", "11", "22"])
    assert JapaneseDateField().has_changed(day, ["R8", "11", "23"])
    assert JapaneseDateField().has_changed(day, ["x", "11", "23"])


def test_a_form_that_is_made_while_the_models_are_loaded_speaks_our_words_too():
    assert PolicyFileForm({}).errors["source"] == ["ファイルを選んでください。"]
    assert CoverageForm.base_fields["role"].error_messages["required"] == "選んでください。"
