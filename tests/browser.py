"""Headless Chromium for the journeys: Japanese, Asia/Tokyo, 1366 px, nothing loaded from outside, axe on every page shown."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Error, Page, sync_playwright

PASSWORD = "tests-only-passphrase-2026"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PICTURES = Path(settings.BASE_DIR) / "docs" / "pictures"
SCREEN = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person at a screen of their own, as staff work: logs in by the log-in page, looks, presses, types."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self.strangers: list[str] = []
        self.context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=SCREEN)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("request", self._watch)
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    def _watch(self, request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)

    def log_in(self, user) -> "Visitor":
        """By the log-in page, with the password that the test has set."""
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        self.go("/login/")
        self.page.get_by_label("利用者ID").fill(user.username)
        self.page.get_by_label("パスワード", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン").click()
        self.page.wait_for_url(f"{self.base}/")
        return self

    def go(self, path: str):
        """Open a path and return the response."""
        return self.page.goto(self.base + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def confirm(self, name: str) -> None:
        """Press a button that asks first, and say yes in the dialog."""
        self.press(name)
        self.page.locator("dialog[open] [data-confirm-yes]").click()

    def look(self, picture: str = "") -> None:
        """What every page promises: no barrier that axe finds, no complaint of the browser, nothing from outside.

        With PICTURES=1 in the environment the page is kept for the README.
        """
        if picture and os.environ.get("PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{picture}.png")
        found = self._barriers()
        assert not found, [(row["id"], [node["html"] for node in row["nodes"]][:3]) for row in found]
        assert not self.strangers
        assert not self.complaints

    def _barriers(self) -> list[dict]:
        """What axe finds. A page that is just being left falls away under it: then the one that follows is the one meant."""
        self.page.wait_for_load_state()
        try:
            return Axe().run(self.page, options=AXE).response["violations"]
        except Error:
            self.page.wait_for_load_state()
            return Axe().run(self.page, options=AXE).response["violations"]

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visit(chromium, live_server):
    """`visit(user)` seats a person at a new screen; `visit()` one who is not logged in."""
    seated: list[Visitor] = []

    def seat(user=None) -> Visitor:
        visitor = Visitor(chromium, live_server.url)
        seated.append(visitor)
        return visitor.log_in(user) if user else visitor

    yield seat
    for visitor in seated:
        visitor.close()
