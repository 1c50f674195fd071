"""Who may read the trail: nobody, until a higher floor says who."""

from collections.abc import Callable
from datetime import datetime

Rule = Callable[..., bool]
_rules: list[Rule] = []


def register_reader(rule: Rule) -> Rule:
    """Let in whoever `rule(user, at=moment)` is true for; called in `AppConfig.ready` of a higher app."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def may_read(user, *, at: datetime) -> bool:
    """Whether one of the registered rules lets the person read the trail at the moment; denied by default."""
    return bool(user and user.is_authenticated and user.is_active) and any(rule(user, at=at) for rule in _rules)
