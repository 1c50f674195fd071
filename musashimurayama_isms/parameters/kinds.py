"""The kinds of values: how each is checked, and said in words. A kind holds no value; a parameter hands itself in."""

import re
from calendar import monthrange
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from .catalogue import Parameter

LONGEST_TEXT = 200
LEAP_YEAR = 2000  # 29 February is a day like any other


class Kind:
    """A kind of value; `is_settable` where the city chooses it on its page, `is_confirmable` where it can confirm it there."""

    is_settable = True
    is_confirmable = True
    is_free_text = False  # such a value never goes into the trail

    def check(self, parameter: "Parameter", value: Any) -> None:
        """Raise ValidationError in Japanese where the value cannot be chosen."""
        raise NotImplementedError

    def say(self, parameter: "Parameter", value: Any) -> str:
        """The value in words."""
        raise NotImplementedError


class Whole(Kind):
    """A whole number with its unit and bounds."""

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not parameter.at_least <= value <= parameter.at_most:
            raise ValidationError(f"{parameter.at_least}から{parameter.at_most}までの整数で入力してください。")

    def say(self, parameter: "Parameter", value: Any) -> str:
        hours = f"（{value // 60}時間）" if parameter.unit == "分" and value >= 60 and value % 60 == 0 else ""
        return f"{value}{parameter.unit}{hours}"


class YesNo(Kind):
    """はい or いいえ."""

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, bool):
            raise ValidationError("「はい」か「いいえ」を選んでください。")

    def say(self, parameter: "Parameter", value: Any) -> str:
        return "はい" if value else "いいえ"


class Choice(Kind):
    """One of the options."""

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, str) or value not in dict(parameter.options):
            raise ValidationError("選択肢から選んでください。")

    def say(self, parameter: "Parameter", value: Any) -> str:
        return dict(parameter.options)[value]


class Listed(Kind):
    """Several values, each once."""

    may_be_empty = False
    nothing = "一つ以上入力してください。"

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, list) or not (value or self.may_be_empty):
            raise ValidationError(self.nothing)
        if not all(self.is_fitting(parameter, each) for each in value):
            raise ValidationError(self.unfitting(parameter))
        if len(set(value)) != len(value):
            raise ValidationError("同じものが二度入っています。")

    def is_fitting(self, parameter: "Parameter", each: Any) -> bool:
        raise NotImplementedError

    def unfitting(self, parameter: "Parameter") -> str:
        return "選択肢から選んでください。"

    def say(self, parameter: "Parameter", value: Any) -> str:
        return "、".join(self.say_each(parameter, each) for each in value)

    def say_each(self, parameter: "Parameter", each: Any) -> str:
        raise NotImplementedError


class Roles(Listed):
    """Roles and bodies among the options; none means that they are picked each time."""

    may_be_empty = True

    def is_fitting(self, parameter: "Parameter", each: Any) -> bool:
        return isinstance(each, str) and each in dict(parameter.options)

    def say(self, parameter: "Parameter", value: Any) -> str:
        return super().say(parameter, value) or "決めない（そのつど選ぶ）"

    def say_each(self, parameter: "Parameter", each: Any) -> str:
        return dict(parameter.options)[each]


class Months(Listed):
    """Months of the year, 1 to 12."""

    nothing = "月を一つ以上選んでください。"

    def is_fitting(self, parameter: "Parameter", each: Any) -> bool:
        return isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= 12

    def say_each(self, parameter: "Parameter", each: Any) -> str:
        return f"{each}月"


class Days(Listed):
    """Days of the year as MM-DD."""

    def is_fitting(self, parameter: "Parameter", each: Any) -> bool:
        found = re.fullmatch(r"(0[1-9]|1[0-2])-([0-3][0-9])", each) if isinstance(each, str) else None
        return bool(found) and 1 <= int(found[2]) <= monthrange(LEAP_YEAR, int(found[1]))[1]

    def unfitting(self, parameter: "Parameter") -> str:
        return "月と日で入力してください（例 4月1日、10月1日）。"

    def say_each(self, parameter: "Parameter", each: Any) -> str:
        return f"{int(each[:2])}月{int(each[3:])}日"


class DaysCount(Listed):
    """Numbers of days before or after a term."""

    def is_fitting(self, parameter: "Parameter", each: Any) -> bool:
        return isinstance(each, int) and not isinstance(each, bool) and parameter.at_least <= each <= parameter.at_most

    def unfitting(self, parameter: "Parameter") -> str:
        return f"{parameter.at_least}から{parameter.at_most}までの整数を、読点で区切って入力してください（例 7、1）。"

    def say_each(self, parameter: "Parameter", each: Any) -> str:
        return f"{each}{parameter.unit}"


class Text(Kind):
    """Words."""

    is_free_text = True

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            raise ValidationError("文章を入力してください。")
        if len(value) > LONGEST_TEXT:
            raise ValidationError(f"{LONGEST_TEXT}文字までで入力してください。")

    def say(self, parameter: "Parameter", value: Any) -> str:
        return value


class Environment(Whole):
    """A number of the environment file: read from the settings, confirmed here, changed there."""

    is_settable = False

    def check(self, parameter: "Parameter", value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("整数ではありません。")


class Route(Text):
    """Who decides a kind of request: two persons change the route on its own page."""

    is_settable = is_confirmable = False


class Note(Text):
    """A reading of the text that the portal is built on; shown, never dropped."""

    is_settable = is_confirmable = False


KINDS: dict[str, Kind] = {
    "whole": Whole(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "roles": Roles(),
    "months": Months(),
    "days": Days(),
    "days_count": DaysCount(),
    "text": Text(),
    "environment": Environment(),
    "route": Route(),
    "note": Note(),
}
