"""Telling the floor of folded words which rows it keeps words of: those that keep none themselves."""

from musashimurayama_isms.accounts.reference import Loaded, register_loader
from musashimurayama_isms.search.models import SearchText
from musashimurayama_isms.search.reindexing import reindex
from musashimurayama_isms.search.texts import register

from .source import Rows
from .sources import SOURCES


def register_all() -> None:
    """Called once, when the portal starts."""
    for source in SOURCES:
        if isinstance(source, Rows) and not source.column:
            register(source.model, source.words)
    register_loader(load)


def load() -> Loaded:
    """The last of `load_reference`, which every update runs: what it has made in bulk, or a new version searches, is found."""
    changed = sum(reindex().values())
    return Loaded("検索用の言葉", changed, SearchText.objects.count() - changed)
