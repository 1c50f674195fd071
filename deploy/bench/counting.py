"""How many queries a page has asked, in a header of its answer."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Queries"


def count_queries(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost middleware of the bench: sessions and log-in are counted too."""

    def counted(request: HttpRequest) -> HttpResponse:
        asked = [0]

        def count(execute, sql, params, many, context):
            asked[0] += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response.headers[HEADER] = str(asked[0])
        return response

    return counted
