"""Putting an applied personnel list back, exactly, as long as nothing was built on it."""

from django.db.models import ProtectedError, Q

from musashimurayama_isms.transitions import InvalidTransition

from ..models.appointment import Appointment
from ..models.post import Post
from ..models.user import User


def put_back(change) -> None:
    """Take back every effect of `change`, the last one first; InvalidTransition with the reason where one no longer stands."""
    effects = list(
        change.effects.select_related("appointment__post__department__parent", "appointment__person", "deputyship", "person").order_by(
            "-pk"
        )
    )
    _lock(effects)
    for effect in effects:
        if not _still_stands(effect):
            raise InvalidTransition(f"{_of(effect)}は、適用した後に変更されています。取り消さず、新しい一覧で直してください。")
    if change.handover_items.settled().exists():
        raise InvalidTransition("引継ぎの確認がすでに始まっています。取り消さず、新しい一覧で直してください。")
    change.handover_items.all().delete()
    change.effects.all().delete()
    for effect in effects:
        _take_back(effect)
    _refuse_overlaps([effect.appointment for effect in effects if effect.act == "ended"])


def _lock(effects: list) -> None:
    persons = {effect.person_id or (effect.appointment and effect.appointment.person_id) for effect in effects}
    list(User.objects.select_for_update(no_key=True).filter(pk__in=persons - {None}).order_by("pk").values_list("pk"))
    list(Post.objects.select_for_update(no_key=True).filter(is_single=True).order_by("pk").values_list("pk"))


def _still_stands(effect) -> bool:
    if effect.act == "begun":
        return effect.appointment.until is None
    if effect.act == "ended":
        return effect.appointment.until == effect.now
    if effect.act == "deputy_ended":
        return effect.deputyship.until == effect.now
    return effect.act == "hired" or effect.person.left_on == effect.now


def _of(effect) -> str:
    return str(effect.appointment or effect.deputyship or effect.person)


def _take_back(effect) -> None:
    if effect.act in ("ended", "deputy_ended"):
        row = effect.appointment or effect.deputyship
        row.until = effect.was
        row.save(update_fields=["until"])
    elif effect.act == "left":
        effect.person.left_on = effect.was
        effect.person.save(update_fields=["left_on"])
    else:
        _delete(effect.appointment or effect.person)


def _delete(row) -> None:
    """An appointment or an account that nobody has used yet."""
    if isinstance(row, User) and row.last_login:
        raise InvalidTransition(f"{row.name}さんがすでにログインしています。取り消さず、新しい一覧で直してください。")
    try:
        row.delete()
    except ProtectedError as error:
        raise InvalidTransition(f"{row}を使った記録がすでにあります。取り消さず、新しい一覧で直してください。") from error


def _refuse_overlaps(rows: list[Appointment]) -> None:
    """A post for one person that somebody else has got meanwhile cannot be given back."""
    for row in rows:
        others = Appointment.objects.filter(post=row.post_id).overlapping(row.since, row.until).exclude(pk=row.pk)
        if row.post.is_single and (other := others.filter(~Q(person=row.person_id)).select_related("person").first()):
            raise InvalidTransition(f"{row.post}には、適用した後に{other.person.name}さんが就いています。取り消せません。")
