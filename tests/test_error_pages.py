"""Error pages say in Japanese what happened, what was kept, what to do; 500 stands without database or session."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST

from musashimurayama_isms.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401 – read by ROOT_URLCONF


def broken(request) -> HttpResponse:
    raise RuntimeError("himitsu")


def forbidden(request) -> HttpResponse:
    raise PermissionDenied("自分の申請は承認できません。課長が決裁します。")


def suspicious(request) -> HttpResponse:
    raise SuspiciousOperation("himitsu")


@require_POST
def form(request) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [*urlpatterns, path("broken/", broken), path("forbidden/", forbidden), path("suspicious/", suspicious), path("form/", form)]


@pytest.fixture
def client(cast, settings) -> Client:
    settings.ROOT_URLCONF = __name__
    client = cast.client(cast.clerk)
    client.raise_request_exception = False
    return client


def test_a_missing_page_keeps_the_frame_and_leads_back(client):
    response = client.get("/nai/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "ページが見つかりません" in page
    assert "インシデントを報告する" in page


def test_a_missing_page_is_shown_to_a_stranger_without_menu(client):
    response = Client().get("/nai/")
    assert response.status_code == 404
    assert 'class="menu"' not in response.content.decode()


def test_a_refusal_gives_its_reason(client):
    response = client.get("/forbidden/")
    assert response.status_code == 403
    assert "自分の申請は承認できません。課長が決裁します。" in response.content.decode()


def test_a_bad_request_says_that_nothing_changed_and_not_why_inside(client):
    response = client.get("/suspicious/")
    page = response.content.decode()
    assert response.status_code == 400
    assert "登録済みの内容は変わっていません" in page
    assert "himitsu" not in page


def test_a_failure_inside_shows_no_trace_and_needs_no_database(client, django_assert_num_queries):
    from django.test import RequestFactory

    from musashimurayama_isms.dashboard.errors import server_error

    response = client.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "ただいま表示できません" in page
    assert "himitsu" not in page
    with django_assert_num_queries(0):
        assert server_error(RequestFactory().get("/")).status_code == 500


def test_an_old_form_is_told_how_to_keep_its_text(cast, settings):
    settings.ROOT_URLCONF = __name__
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/form/", {"a": "b"})
    assert response.status_code == 403
    assert "画面の有効期間が過ぎました" in response.content.decode()


def test_no_error_page_carries_inline_style_or_script(client):
    for address in ("/nai/", "/forbidden/", "/suspicious/", "/broken/"):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<script>" not in page
