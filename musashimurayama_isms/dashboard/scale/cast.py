"""The sample persons who lead the specimens, and who stands for them in a copy."""

from dataclasses import dataclass
from datetime import date

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import holder

from .staff import MODEL, Place


@dataclass(frozen=True)
class Cast:
    """The people of the model section and those of the city."""

    place: Place
    clerk: User
    central: User
    general: User
    ciso: User
    secretary: User  # of the committee's secretariat

    @classmethod
    def of(cls, places: list[Place], *, on: date) -> "Cast":
        """LookupError where a post of the city is vacant: then no report reaches its end."""
        place = next(place for place in places if place.department.code == MODEL)
        city = [holder(code, on=on) for code in (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO)]
        secretary = User.objects.filter(username="jimukyoku").first()
        if None in (*city, secretary):
            raise LookupError("全庁の役割の職に空席があります。先に manage.py sample_staff を実行してください。")
        return cls(place, place.staff[0], *city, secretary)

    @property
    def words(self) -> list[str]:
        """The texts by which the people and the section are known in what they leave."""
        return list(self._known(self.place, self.clerk))

    def stand_in(self, place: Place, clerk: User) -> dict[str, dict]:
        """Who and what stands for the model section in a copy: `people`, `sections` and `words` of a `Copy`."""
        mine, other = self._known(self.place, self.clerk), self._known(place, clerk)
        persons = zip((self.clerk, self.place.head, self.place.division_head), (clerk, place.head, place.division_head), strict=True)
        sections = zip((self.place.department, self.place.department.parent), (place.department, place.department.parent), strict=True)
        return {
            "people": {old.pk: new.pk for old, new in persons},
            "sections": {old.pk: new.pk for old, new in sections},
            "words": dict(zip(mine, other, strict=True)),
        }

    @staticmethod
    def _known(place: Place, clerk: User) -> list[str]:
        section = place.department
        names = [clerk.name, place.head.name, place.division_head.name]
        return [*names, section.full_name, section.name, section.parent.name, section.code, section.parent.code]
