"""A person who may log in; rights come from appointments and grants, never from the account itself."""

from datetime import date
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac


class UserQuerySet(models.QuerySet["User"]):
    def serving(self, on: date) -> Self:
        """Persons who have not left by the day and whose account is open."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=on), is_active=True)

    def end_sessions(self) -> int:
        """End every session of these persons at their next request; gives how many persons."""
        return self.update(session_round=F("session_round") + 1)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes accounts; the user name keeps its case."""

    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """Save and return a new account; without a password nobody can log in with it."""
        if not username:
            raise ValueError("利用者IDを指定してください。")
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        """Save and return an administrator of the portal; separation of duties binds this account too."""
        return self.create_user(username, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, or an outside auditor for the length of an engagement."""

    class Kind(models.TextChoices):
        STAFF = "staff", "職員"
        FIXED_TERM = "fixed_term", "会計年度任用職員"
        OUTSIDE = "outside", "庁外の者"

    username = models.CharField("利用者ID", max_length=64, unique=True)
    staff_number = models.CharField("職員番号", max_length=32, unique=True, null=True, blank=True)
    name = models.CharField("氏名", max_length=100)
    kana = models.CharField("氏名カナ", max_length=100, blank=True)
    kind = models.CharField("区分", max_length=16, choices=Kind, default=Kind.STAFF)
    email = models.EmailField("メールアドレス", blank=True)
    extension = models.CharField("内線番号", max_length=32, blank=True)
    is_sample = models.BooleanField("見本", default=False, help_text="見本の職員。本番では使えません。")
    left_on = models.DateField("退職日", null=True, blank=True, help_text="この日の翌日からログインできません（3.10.2.2）。")
    is_active = models.BooleanField("有効", default=True, db_index=True)
    date_joined = models.DateTimeField("登録日時", auto_now_add=True)
    previous_login = models.DateTimeField("前回のログイン", null=True, blank=True)
    last_logout = models.DateTimeField("前回のログアウト", null=True, blank=True)
    must_change_password = models.BooleanField("次回ログイン時にパスワードを変更", default=False)
    factor_asked_at = models.DateTimeField("二つ目の確認方法を初めて求めた日時", null=True, blank=True, editable=False)
    session_round = models.PositiveIntegerField("セッションの世代", default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        ordering = ["kana", "name", "pk"]
        indexes = [models.Index(fields=["last_login"], name="accounts_user_last_login")]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.username,)

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_left(self, on: date) -> bool:
        """Whether the last day is over; without a last day nobody has left."""
        return self.left_on is not None and self.left_on < on

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is tied to: the password and the round, so that a new round ends every session at its next request.

        Django asks this method for today's secret and for the fallback ones alike.
        """
        return salted_hmac("accounts.User.session", f"{self.password}:{self.session_round}", secret=secret, algorithm="sha256").hexdigest()
