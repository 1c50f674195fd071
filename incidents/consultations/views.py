"""The pages of the consultations: ask, read, answer, and what an answer becomes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.consultations.filters import ConsultationFilter
from incidents.consultations.forms import AnswerForm, AskForm, MoreForm
from incidents.consultations.page import ConsultationPage
from incidents.models import Consultation
from incidents.small_acts import Words, ask
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me, then all that I may see."""
    now = timezone.now()
    filtered = ConsultationFilter(request.GET, queryset=Consultation.objects.visible_to(request.user, at=now).with_people())
    context = {
        "now": now,
        "waiting": Consultation.objects.waiting_for(request.user, at=now).with_people().order_by("due_at"),
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "incidents/consultations/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Ask; the first page leads here as well."""
    now = timezone.now()
    form = AskForm(request.POST or None, request.FILES or None, user=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "uploads"}
        message = tried(request, form, lambda: Consultation.ask(by=request.user, at=now, **data).messages.get())
        if message is not None:
            return redirect(message.consultation)
    return render(request, "incidents/consultations/new.html", {"form": form}, status=422 if form.is_bound else 200)


def get_consultation(request: HttpRequest, pk) -> Consultation:
    """One that the person may see; 404 for a stranger."""
    return get_object_or_404(Consultation.objects.visible_to(request.user, at=timezone.now()).with_people(), pk=pk)


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One consultation: first what it wants from me, then the thread."""
    row, now = get_consultation(request, pk), timezone.now()
    note_reading(request.user, row)
    page = ConsultationPage(row, request.user, at=now)
    return render(request, "incidents/consultations/detail.html", {"consultation": row, "page": page, "now": now})


def answer(request: HttpRequest, pk) -> HttpResponse:
    row, now = get_consultation(request, pk), timezone.now()
    words = Words("相談に答える", "回答は相談した人に届き、その指示のとおりにすることになります。", "回答する", "回答しました。", "3.9.1.1")
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"advice": ""})
    may = row.actor(request.user, at=now) is not None
    return ask(request, row, form, lambda data: row.answer(by=request.user, at=now, **data), words, may=may)


def ask_more(request: HttpRequest, pk) -> HttpResponse:
    row, now = get_consultation(request, pk), timezone.now()
    words = Words("続けて質問する", "回答する人に届きます。", "質問する", "質問を送りました。", "3.9.1.1")
    form = MoreForm(request.POST or None, request.FILES or None)
    return ask(request, row, form, lambda data: row.ask_more(by=request.user, at=now, **data), words, may=row.can_ask_more(request.user))


@require_POST
def close(request: HttpRequest, pk) -> HttpResponse:
    row = get_consultation(request, pk)
    return act(request, lambda: row.close(by=request.user, at=timezone.now()), "相談を終えました。", row)


@require_POST
def share(request: HttpRequest, pk) -> HttpResponse:
    row, shares = get_consultation(request, pk), "shares" in request.POST
    done = "所属長にも見えるようにしました。" if shares else "所属長に見えないようにしました。"
    return act(request, lambda: row.share(shares, by=request.user, at=timezone.now()), done, row)


@require_POST
def begin_exception(request: HttpRequest, pk) -> HttpResponse:
    """The answer becomes a request for an exception (3.11.4); where none can be begun, the reason is said here."""
    row = get_consultation(request, pk)
    made = []
    answer = act(request, lambda: made.append(row.begin_exception(by=request.user, at=timezone.now())), "下書きを作りました。", row)
    return redirect(made[0]) if made else answer


@require_POST
def begin_incident(request: HttpRequest, pk) -> HttpResponse:
    """The question was an incident: a draft of the report opens."""
    return redirect(get_consultation(request, pk).begin_incident(by=request.user, at=timezone.now()))
