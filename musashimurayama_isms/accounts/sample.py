"""The sample staff of a trial installation: one person for each hat of clause 3.4.2, all marked 見本."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from .models import Appointment, Post, User

SINCE = date(2026, 4, 1)


@dataclass(frozen=True)
class SamplePerson:
    """A sample person: user name, name, main post, and posts that the person is named to."""

    username: str
    name: str
    kana: str
    post: str
    named: tuple[str, ...] = ()


STAFF = (
    SamplePerson("shokuin", "見本 花子（市民課）", "ミホン ハナコ", "shimin-ka.staff"),
    SamplePerson("doryo", "見本 次郎（市民課）", "ミホン ジロウ", "shimin-ka.staff"),
    SamplePerson("suishin", "見本 進（市民課）", "ミホン ススム", "shimin-ka.chief", ("shimin-ka.promoter",)),
    SamplePerson("kacho", "見本 一郎（市民課長）", "ミホン イチロウ", "shimin-ka.head"),
    SamplePerson("bucho", "見本 正子（市民部長）", "ミホン マサコ", "shimin.head"),
    SamplePerson("chuo", "見本 和夫（行政経営課長）", "ミホン カズオ", "gyosei-keiei.head"),
    SamplePerson("sokatsu", "見本 千代（企画財政部長）", "ミホン チヨ", "kikaku-zaisei.head", ("kikaku-zaisei.audit-head",)),
    SamplePerson("ciso", "見本 健一（副市長）", "ミホン ケンイチ", "shicho.vice-mayor"),
    SamplePerson("jimukyoku", "見本 陽子（行政経営課）", "ミホン ヨウコ", "gyosei-keiei.staff", ("gyosei-keiei.service-manager",)),
    SamplePerson("kanri", "見本 守（ポータル管理者）", "ミホン マモル", "gyosei-keiei.staff", ("gyosei-keiei.administrator",)),
    SamplePerson("kansa", "見本 公平（監査事務局）", "ミホン コウヘイ", "kansa.staff", ("kansa.auditor",)),
    SamplePerson("jinji", "見本 幸子（職員課長）", "ミホン サチコ", "shokuin.head"),
    SamplePerson("betsuka", "見本 久（文書法制課）", "ミホン ヒサシ", "bunsho-hosei.staff"),
    SamplePerson("betsukacho", "見本 文子（文書法制課長）", "ミホン フミコ", "bunsho-hosei.head"),
    SamplePerson("somubucho", "見本 治（総務部長）", "ミホン オサム", "somu.head"),
    SamplePerson("kankyobucho", "見本 緑（環境部長）", "ミホン ミドリ", "kankyo.head"),
    SamplePerson("kyoikubucho", "見本 学（教育部長）", "ミホン マナブ", "kyoiku-bu.head"),
    SamplePerson("kansakyokucho", "見本 誠（監査事務局長）", "ミホン マコト", "kansa.head"),
)


@transaction.atomic
def set_up(password: str | None) -> int:
    """Create the sample persons that are missing; gives how many are new.

    ValueError where a user name already belongs to somebody who is no sample person; nothing is changed then. A single
    post that is already held stays with its holder. Without a password a new person cannot log in yet. All sample
    persons get the password anew when it no longer opens the first account: the table that is printed must be true.
    """
    known = User.objects.in_bulk([person.username for person in STAFF], field_name="username")
    for user in known.values():
        if not user.is_sample:
            raise ValueError(f"利用者ID {user.username} は見本ではない利用者が使っています。")
    first = known.get(STAFF[0].username)
    encoded = make_password(password)  # one salt for all: hashing 18 times would cost seconds, and these accounts open no real data
    for person in STAFF:
        _appoint(known.get(person.username) or _account(person, encoded), person)
    if password and first and not first.check_password(password):
        User.objects.filter(pk__in=[user.pk for user in known.values()]).update(password=encoded)
    return len(STAFF) - len(known)


def _account(person: SamplePerson, encoded: str) -> User:
    return User.objects.create(username=person.username, password=encoded, name=person.name, kana=person.kana, is_sample=True)


def _appoint(user: User, person: SamplePerson) -> None:
    kinds = {person.post: Appointment.Kind.MAIN} | dict.fromkeys(person.named, Appointment.Kind.NAMED)
    had = set(user.appointments.values_list("post__code", flat=True))
    for post in Post.objects.filter(code__in=kinds.keys() - had):
        taken = post.is_single and Appointment.objects.filter(post=post).overlapping(SINCE, None).exists()
        if not taken:
            Appointment.objects.create(person=user, post=post, kind=kinds[post.code], since=SINCE)


def table() -> list[tuple[str, str, str, str]]:
    """Rows of user name, name, posts and roles of the sample persons who exist, in the order of STAFF."""
    rows = User.objects.filter(is_sample=True).prefetch_related("appointments__post__roles", "appointments__post__department__parent")
    users = {user.username: user for user in rows}
    return [_row(users[person.username]) for person in STAFF if person.username in users]


def _row(user: User) -> tuple[str, str, str, str]:
    posts = [row.post for row in sorted(user.appointments.all(), key=lambda row: row.pk)]
    roles = dict.fromkeys(role.name for post in posts for role in post.roles.all() if role.code != "TERMINAL_USER")
    return user.username, user.name, "、".join(map(str, posts)), "、".join(roles) or "端末装置利用者"
