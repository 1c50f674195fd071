"""What is saved as it is typed: an item of the checklist, an answer of the survey; and the table that is taken along."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.engagements.pages import Page
from audits.engagements.table import BookForm, as_book, read_book
from audits.engagements.views import get_engagement
from audits.models import CheckItem, Merge, MergeConflict, Overtaken, Question, Takeaway
from audits.models.check_item import WRITTEN
from musashimurayama_isms.download import private_download
from musashimurayama_isms.files.inspection import inspect
from musashimurayama_isms.spreadsheet import XLSX_TYPE
from musashimurayama_isms.transitions import InvalidTransition

no_null = ProhibitNullCharactersValidator()  # what is saved as it is typed passes no form, and PostgreSQL keeps no such text


@require_POST
def item_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one item as it stands; the answer is the line below it. What another one has written meanwhile is shown, not lost."""
    rows = CheckItem.objects.visible_to(request.user, at=timezone.now()).select_related("engagement__department__parent")
    item, now = get_object_or_404(rows, pk=pk), timezone.now()
    if not item.engagement.place(request.user, at=now).is_auditor:
        raise PermissionDenied
    given = {name: request.POST.get(name, getattr(item, name)).strip() for name in WRITTEN}
    context: dict = {"at": now}
    try:
        seen = int(request.POST.get("seen", ""))
        no_null("".join(given.values()))
        uploads = _uploads(request)
        context["item"] = item.respond(seen=seen, uploads=uploads, by=request.user, at=now, **given)
        context["uploaded"] = len(uploads)
    except Overtaken as error:
        context |= {"item": error.item, "overtaken": str(error), "mine": given}
    except (InvalidTransition, ValueError) as error:
        context |= {"item": item, "refused": str(error) if isinstance(error, InvalidTransition) else "画面を読み込み直してください。"}
    except ValidationError as error:
        context |= {"item": item, "refused": " ".join(error.messages)}
    context["engagement"] = context["item"].engagement
    context["left"] = context["engagement"].items.incomplete().count()
    return render(request, "audits/engagements/_item_saved.html", context)


def _uploads(request: HttpRequest) -> list:
    files = request.FILES.getlist("uploads")
    for file in files:
        inspect(file)
    return files


@require_POST
def question_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one answer as it is typed; with files it is a whole page that comes back to the question."""
    rows = Question.objects.visible_to(request.user, at=timezone.now()).select_related("questionnaire__engagement__department__parent")
    question, now = get_object_or_404(rows, pk=pk), timezone.now()
    if not question.questionnaire.engagement.place(request.user, at=now).is_of_section:
        raise PermissionDenied
    answer = request.POST.get("answer", question.answer)
    context: dict = {"at": now, "question": question}
    try:
        if answer not in ("", *Question.Answer.values):
            raise ValidationError("答えは、並んでいるものから選んでください。")
        words = request.POST.get("words", question.words)[:2000]
        no_null(words)
        uploads = _uploads(request)
        question.respond(answer, words=words, uploads=uploads, by=request.user, at=now)
        context["uploaded"] = len(uploads)
    except InvalidTransition as error:
        context["refused"] = str(error)
    except ValidationError as error:
        context["refused"] = " ".join(error.messages)
    context["left"] = question.questionnaire.questions.unanswered().count()
    return render(request, "audits/engagements/_question_saved.html", context)


@require_POST
def takeaway(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist as a workbook to be taken along."""
    engagement = get_engagement(request, pk, inside=True)
    try:
        taken = Takeaway.take(engagement, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("audits:checklist", pk)
    content = BytesIO(as_book(taken))
    return private_download(content, name=f"{engagement.number}-監査項目.xlsx", media_type=XLSX_TYPE)


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the workbook back, and decide where both sides have written."""
    engagement, now = get_engagement(request, pk, inside=True), timezone.now()
    page = Page(engagement, request.user, at=now, tab="checklist")
    form = BookForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not page.place.is_auditor:
            raise PermissionDenied
        if form.is_valid() and _merged(request, form, engagement, now):
            return redirect("audits:merge", pk)
    rows = MergeConflict.objects.visible_to(request.user, at=now).filter(merge__engagement=engagement)
    page.conflicts = page.with_offers("conflict", rows.select_related("item", "decided_by", "merge__by"))
    page.merges = list(engagement.merges.select_related("by", "takeaway"))
    context = {"page": page, "engagement": engagement, "form": form, "now": now}
    return render(request, "audits/engagements/merge.html", context, status=422 if form.errors else 200)


def _merged(request: HttpRequest, form: BookForm, engagement, now) -> bool:
    """Whether the workbook was taken in; what is wrong with it stands beside the field."""
    try:
        key, rows = read_book(form.content)
        taken = Takeaway.objects.filter(engagement=engagement, pk=key).first()
        if taken is None:
            raise ValidationError("この監査から持ち出した表ではありません。持ち出した表を選んでください。")
        found = Merge.read(taken, rows, file_digest=form.digest, by=request.user, at=now)
    except ValidationError as error:
        form.add_error("file", error.messages)
        return False
    except InvalidTransition as error:
        form.add_error(None, str(error))
        return False
    left = found.conflicts.count()
    words = f"{found.taken}欄を取り込みました。" + (f"両方で書き換えた欄が{left}あります。下で選んでください。" if left else "")
    (messages.warning if left else messages.success)(request, words)
    return True
