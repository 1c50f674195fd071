"""The kinds of notices that a person can choose between, by the room an act belongs to, and the ways of being told.

The words of the higher floors stand here as text, as in the schedule: a room that is not named belongs to the others.
"""

from django.db import models


class Kind(models.TextChoices):
    """A room of the portal; the value is the first part of its verbs."""

    INCIDENTS = "incidents", "インシデント・セキュリティ情報"
    APPROVALS = "approvals", "申請・許可・委員会"
    ASSETS = "assets", "情報資産・台帳・外部サービス"
    AUDITS = "audits", "監査・点検・研修"
    POLICY = "policy", "ポリシー・規程・例外"
    DUTIES = "duties", "定期業務"
    OTHER = "other", "その他（異動、代理、処理の結果など）"


class Way(models.TextChoices):
    """How a notice reaches a person beside the inbox, which has every one."""

    INBOX = "inbox", "受信箱だけ"
    DIGEST = "digest", "まとめて"
    AT_ONCE = "at_once", "すぐに"


def kind_of(verb: str, subject: models.Model | None) -> Kind:
    """The kind of a notice: by the verb that caused it, for a reminder by what it is about."""
    room = verb.partition(".")[0] or (subject._meta.app_label if subject is not None else "")
    return Kind(room) if room in Kind.values else Kind.OTHER
