"""Addresses of pages without arguments, looked up once a process: they change with the code alone."""

from functools import cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


def address_of(name: str) -> str:
    """The address of a named page; nothing where the page is not installed."""
    return _address(name, get_urlconf(), get_script_prefix())


@cache
def _address(name: str, urlconf: str | None, prefix: str) -> str:
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""
