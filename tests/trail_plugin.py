"""Lets the test runner, and nothing else, empty the tables between transactional tests: the trail's triggers are lifted for the flush."""

from contextlib import ExitStack

import pytest
from django.test import TransactionTestCase

from musashimurayama_isms.trail.triggers import lifted


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_trail():
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self) -> None:
        with ExitStack() as stack:
            for using in self._databases_names(include_mirrors=False):
                stack.enter_context(lifted(using))
            flush(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield
