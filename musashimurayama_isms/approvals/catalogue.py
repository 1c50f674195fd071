"""The types of requests and their starting routes as reference data: what is not there yet is added, the city's own stays."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from musashimurayama_isms.accounts.reference import Loaded, path_of
from musashimurayama_isms.parameters.routes import RouteInForce

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


def routes_in_force(request_types: Collection[str], *, at: datetime) -> Mapping[str, RouteInForce]:
    """The routes that decide these types, for the page of what the policy leaves open: who proposed and who confirmed each."""
    rows = Route.objects.in_force().filter(type__code__in=request_types).select_related("type", "proposed_by", "decided_by")
    return {route.type.code: _settled(route) for route in rows.prefetch_related("steps__seats")}


def _settled(route: Route) -> RouteInForce:
    return RouteInForce(
        words=route.words,
        url=route.type.get_absolute_url(),
        is_default=route.proposed_by_id is None,
        chosen_by=f"{route.proposed_by.name}、{route.decided_by.name}" if route.proposed_by and route.decided_by else "",
        chosen_as="提案した人と確認した人" if route.proposed_by_id else "",
        chosen_at=route.decided_at,
        basis=route.reason,
    )
