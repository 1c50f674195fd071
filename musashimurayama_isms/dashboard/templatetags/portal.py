"""Tags that draw the parts of templates/components/ which need a little reckoning."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.context import RequestContext
from django.template.defaultfilters import date as date_filter
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from ..addresses import address_of
from .japanese_dates import day_of, wareki_time

register = template.Library()

SOON = timedelta(days=3)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rest:
    """How a term stands: `state` far, soon, late or done, and the words for it."""

    state: str
    words: str
    icon: str = "clock"


def rest_until(due: date | datetime, at: datetime) -> Rest:
    """What is left until a term; a term without an hour ends with its day. Never stored: overdue is computed."""
    if not isinstance(due, datetime):
        return _days_until(due, day_of(at))
    left = due - at
    if left < timedelta(0):
        return Rest("late", f"{_length(-left)}超過", "alert")
    if left < DAY:
        return Rest("soon", f"あと{_length(left)}")
    return Rest("soon" if left <= SOON else "far", f"あと{(day_of(due) - day_of(at)).days}日")


def _days_until(due: date, today: date) -> Rest:
    days = (due - today).days
    if days < 0:
        return Rest("late", f"{-days}日超過", "alert")
    words = "今日まで" if days == 0 else f"あと{days}日"
    return Rest("soon" if days <= SOON.days else "far", words)


def _length(span: timedelta) -> str:
    if span >= DAY:
        return f"{span.days}日"
    if span >= HOUR:
        return f"{span // HOUR}時間"
    return f"{max(1, span // timedelta(minutes=1))}分"


BADGE = '<span class="due-badge" data-state="{}">{}<span class="due-badge__rest">{}{}{}</span></span>'
TERM = '<time datetime="{}">{}</time>'
NO_TERM = '<span class="support">{}</span>'


@register.simple_tag
def due_badge(due: date | datetime | None, *, at: datetime | None = None, done: date | datetime | bool | None = None) -> SafeString:
    """A term with what is left of it; `done` (a moment, or True) closes it."""
    rest = Rest("done", "完了", "check") if done else rest_until(due, at or timezone.now()) if due else None
    if rest is None:
        return format_html(NO_TERM, "期限なし")
    term = format_html(TERM, date_filter(timezone.template_localtime(due), "c"), wareki_time(due)) if due else ""
    closed = f" {wareki_time(done)}" if done and done is not True else ""
    return format_html(BADGE, rest.state, term, icon(rest.icon), rest.words, closed)


@register.simple_tag(takes_context=True)
def block_again(context: RequestContext, name: str) -> SafeString:
    """The text of a block a second time: the h1 of a page is its <title> too, and is written once."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return mark_safe(strip_tags(block.render(context)).strip() if block else "")  # it has escaped its text  # noqa: S308  # nosec


SIGN = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """One sign of static/icons.svg; it is decoration, the word stands beside it. No template: a page draws up to a hundred."""
    return format_html(SIGN, static("icons.svg"), name)


@register.simple_tag
def address(name: str) -> str:
    """The address of a page that has no arguments, nothing where it is not installed: what `{% url %}` gives, looked up once."""
    return address_of(name)


@dataclass(frozen=True)
class FormError:
    """One line of the error summary: which field, what is wrong, where to jump."""

    label: str
    message: str
    anchor: str


@register.simple_tag
def errors_once(form: BaseForm | None) -> list[FormError]:
    """The errors of a form for its summary, what is wrong with the whole first, then field by field as they stand on the page.

    Empty the second time, so that `{{ form }}` does not repeat them.
    """
    if form is None or not form.is_bound or getattr(form, "is_summarised", False):
        return []
    form.is_summarised = True
    found = form.errors
    names = [name for name in found if name not in form.fields] + [name for name in form.fields if name in found]
    return [line for name in names for line in _lines(form, name, found[name])]


def _lines(form: BaseForm, name: str, messages: list[str]) -> list[FormError]:
    if name == NON_FIELD_ERRORS or form[name].is_hidden:
        return [FormError("", message, "") for message in messages]
    return [FormError(str(form[name].label), message, f"{form[name].auto_id}_field") for message in messages]


@register.simple_tag
def page_numbers(page: Page) -> list:
    """1 … 4 5 6 … 12, with an ellipsis where pages are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


CLASS_WORDS = {"1": ("Ⅰ", "分類Ⅰ"), "2": ("Ⅱ", "分類Ⅱ"), "3": ("Ⅲ", "分類Ⅲ"), "4": ("Ⅳ", "分類Ⅳ")}
ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4", "I": "1", "II": "2", "III": "3", "IV": "4"}


CHIP = '<span class="chip class-chip" data-class="{}">{}{}</span>'


@register.simple_tag
def class_chip(value: object, word: str = "") -> SafeString:
    """The class of an information asset (3.5.1): 1 to 4 or Ⅰ to Ⅳ, with its word."""
    number = ROMAN.get(str(value), str(value))
    return format_html(CHIP, number, CLASS_WORDS.get(number, ("", str(value)))[1], f" {word}" if word else "")


@register.simple_tag
def status_chip(label: object, tone: str = "neutral") -> SafeString:
    """A state in a word, as components/status_chip.html draws it: for the rows of long lists, where an include costs more than the rest."""
    return format_html('<span class="chip status-chip" data-tone="{}">{}</span>', tone or "neutral", label)
