"""A person at the portal of real processes: a browser without a screen."""

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Visitor:
    """Opens pages and sends forms; the last page is kept as `page`, its status as `status`, its address as `path`."""

    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.page, self.status, self.path = "", 0, ""

    def _open(self, request: Request) -> "Visitor":
        try:
            with self.opener.open(request, timeout=120) as answer:
                self.status, self.page, self.path = (
                    answer.status,
                    answer.read().decode(errors="replace"),
                    answer.url.removeprefix(self.base),
                )
        except HTTPError as error:
            self.status, self.page = error.code, error.read().decode(errors="replace")
        return self

    def go(self, path: str) -> "Visitor":
        return self._open(Request(self.base + path))

    @property
    def token(self) -> str:
        found = TOKEN.search(self.page)
        return found[1] if found else ""

    def send(self, path: str, token: str = "", **fields: str) -> "Visitor":
        """Send a form with the token of the page that is open, as the page would."""
        data = urlencode({"csrfmiddlewaretoken": token or self.token, **fields}).encode()
        return self._open(Request(self.base + path, data, {"Referer": self.base + path, "Origin": self.base}))

    def log_in(self, username: str, password: str) -> "Visitor":
        return self.go("/login/").send("/login/", login=username, password=password)

    def cookie(self, name: str) -> str:
        return next(cookie.value for cookie in self.cookies if cookie.name == name)
