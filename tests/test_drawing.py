"""Boxes drawn in Python are those of Django's templates, letter for letter but for empty lines, and escape all that is typed."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from musashimurayama_isms.drawing import DRAWN
from musashimurayama_isms.fields import PortalRenderer

NASTY = "\"><script>'&</script>"
GROUPS = [("", "----"), ("組", [(1, "一"), ("b&", NASTY)]), (NASTY, [(2.5, mark_safe("<b>二</b>"))]), (True, 1234567), (3, 0)]  # noqa: S308
ATTRS = {"id": "x", "required": True, "disabled": False, "class": NASTY, "maxlength": 5, "data-x": mark_safe("a&b"), "min": 0}  # noqa: S308
CASES = [
    (forms.Select(choices=GROUPS), 1),
    (forms.Select(choices=GROUPS), NASTY),
    (forms.SelectMultiple(choices=GROUPS), ["b&", "2.5"]),
    (forms.NullBooleanSelect(), True),
    (forms.TextInput(), NASTY),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.NumberInput(), 1234),
    (forms.NumberInput(), 0),
    (forms.EmailInput(), "a@b"),
    (forms.PasswordInput(render_value=True), "x"),
    (forms.HiddenInput(), mark_safe("<b>")),  # noqa: S308
    (forms.DateInput(), date(2026, 4, 1)),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea(), NASTY),
    (forms.Textarea(), ""),
    (forms.Textarea(), None),
    (forms.Textarea(), mark_safe("<i>")),  # noqa: S308
]


@pytest.mark.parametrize(("widget", "value"), CASES)
def test_a_box_drawn_in_python_is_the_one_of_the_template(widget, value):
    assert widget.template_name in DRAWN
    context = widget.get_context(NASTY, value, ATTRS)
    expected = re.sub(r">\n\s*\n", ">\n", TemplatesSetting().render(widget.template_name, context))
    assert PortalRenderer().render(widget.template_name, context) == expected


def test_what_has_no_drawing_keeps_its_template():
    widget = forms.RadioSelect(choices=[("a", "甲")])
    assert 'class="choice"' in widget.render("x", "a", renderer=PortalRenderer())
