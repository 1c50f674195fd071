"""The types of requests and their starting routes as reference data: what is not there yet is added, the city's own stays."""

import json

from django.db import transaction

from musashimurayama_isms.accounts.reference import Loaded, path_of

from .models import RequestType, Route

REQUEST_TYPES = "request_types.json"


@transaction.atomic
def load_request_types() -> Loaded:
    """Add the types whose code is unknown, each with its route in force; part of `load_reference`."""
    rows = json.loads(path_of(REQUEST_TYPES).read_text(encoding="utf-8"))
    known = set(RequestType.objects.values_list("code", flat=True))
    for place, row in enumerate(rows, 1):
        if row["code"] not in known:
            fields = {name: value for name, value in row.items() if name != "steps"}
            type_ = RequestType.objects.create(position=place * 10, **fields)
            Route.make(type_, [(step["mode"], step["seats"]) for step in row["steps"]], status=Route.Status.IN_FORCE)
    return Loaded(REQUEST_TYPES, len(rows) - len(known & {row["code"] for row in rows}), len(known & {row["code"] for row in rows}))
