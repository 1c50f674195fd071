"""The policy itself: documents, revisions, clauses, glossary; the programme that everything else hangs on."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = "ポリシー"
