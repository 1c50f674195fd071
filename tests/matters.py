"""Two matters for tests of the engine: one that runs until it is completed, one that ends with the permit."""

from django import forms

from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.transitions import InvalidTransition

ERRAND, RULING = "test-errand", "test-ruling"


class ErrandForm(RequestForm):
    """What a small errand asks."""

    what = forms.CharField(label="何を", max_length=100)
    way = forms.ChoiceField(label="どのように", choices=[("case", "鍵付きケース"), ("cipher", "暗号化")])
    ends_on = JapaneseDateField(label="いつまで", required=False)


@matter(ERRAND)
class Errand(Matter):
    """Something goes out and comes back; what happens is told to `told`."""

    form = ErrandForm
    is_running = True
    checks = (Check("3.5.2.7.1", "鍵付きのケースか暗号化で守られていますか"),)
    told: list[str] = []

    def title(self, request):
        return request.content.get("what") or request.type.name

    def guard(self, request, *, at):
        if request.content.get("what") == "禁制品":
            raise InvalidTransition("これは持ち出せません。")

    def permitted(self, request, *, by, at):
        self.told.append("permitted")

    def ended(self, request, *, by, at):
        self.told.append(request.status)

    def completed(self, request, *, by, at):
        self.told.append("completed")


@matter(RULING)
class Ruling(Matter):
    """A permit that is all there is to it; of one subject only one at a time."""

    form = ErrandForm
    locks_subject = True
