"""Which word a day calls for, in the reminders of vulnerabilities and inquiries."""

from datetime import date


def stage(due_on: date, *, on: date, every: int) -> tuple[str, str]:
    """The words of the reminder and the part of its key: before the day, on it, and then every `every` days."""
    late = (on - due_on).days
    if late < 0:
        return "期限が近づいています", "before"
    if late == 0:
        return "今日が期限です", "day"
    return "期限を過ぎています", f"late-{(late - 1) // every}"
