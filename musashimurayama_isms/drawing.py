"""Django's own boxes drawn without templates: a list of choices costs an include for each choice and another for its attributes.

What comes out is what django/forms/widgets/*.html give, letter for letter but for empty lines; tests hold the two side by side.
Everything is escaped here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape, escape


def attributes(attrs: Mapping[str, Any]) -> str:
    """The attributes of a box, each with a space before it: True is the name alone, False is left out."""
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{_word(value)}"' for name, value in attrs.items() if value is not False
    )


def _word(value: Any) -> str:
    """What the filter `stringformat:"s"` gives, escaped: safe text too, for it stands in an attribute."""
    return conditional_escape(str(value))


def _shown(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else localize(value))


def box(widget: Mapping[str, Any]) -> str:
    """An <input> of any type."""
    value = "" if widget["value"] is None else f' value="{_word(widget["value"])}"'
    return f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{attributes(widget["attrs"])}>'


def area(widget: Mapping[str, Any]) -> str:
    """A box for several lines."""
    value = _shown(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escape(widget["name"])}"{attributes(widget["attrs"])}>\n{value}</textarea>'


def choices(widget: Mapping[str, Any]) -> str:
    """A list of choices, with its groups."""
    parts = [f'<select name="{escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        parts += [f'\n  <option value="{_word(row["value"])}"{attributes(row["attrs"])}>{_shown(row["label"])}</option>' for row in options]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


TYPES = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox", "search", "tel", "color")
DRAWN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    **{f"django/forms/widgets/{kind}.html": box for kind in TYPES},
    "django/forms/widgets/input.html": box,
    "django/forms/widgets/textarea.html": area,
    "django/forms/widgets/select.html": choices,
}
