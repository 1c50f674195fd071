"""How persons want to be told now: their own choice, or the city's where they have made none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from musashimurayama_isms.parameters.values import Values

from .kinds import Kind, Way
from .models import MailChoice
from .quiet import Quiet


@dataclass(frozen=True)
class Wishes:
    """What one person wants: a way for each kind, the hour of the digest, the quiet hours."""

    default_way: Way
    digest_hour: int
    quiet: Quiet
    ways: dict[str, str] = field(default_factory=dict)

    def way(self, kind: str) -> Way:
        return Way(self.ways.get(kind) or self.default_way)


def of_the_city() -> Wishes:
    """What holds for everybody who has chosen nothing."""
    values = Values()
    quiet = Quiet(values["notifications.quiet_from"], values["notifications.quiet_until"], values["notifications.quiet_closed_days"])
    return Wishes(Way(values["notifications.default_way"]), values["notifications.digest_hour"], quiet)


def wishes_of(people: Iterable[int]) -> dict[int, Wishes]:
    """Person → wishes, in two queries whatever the number of persons."""
    keys, city = set(people), of_the_city()
    chosen = {choice.person_id: choice for choice in MailChoice.objects.filter(person__in=keys)}
    return {key: _of(chosen[key], city) if key in chosen else city for key in keys}


def _of(choice: MailChoice, city: Wishes) -> Wishes:
    ways = {kind: way for kind, way in choice.ways.items() if kind in Kind.values and way in Way.values}
    hour = city.digest_hour if choice.digest_hour is None else choice.digest_hour
    return Wishes(city.default_way, hour, choice.own_quiet or city.quiet, ways)
