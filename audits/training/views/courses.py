"""Courses: the list, one course with its test, and what is done with it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import Course, TrainingSession
from audits.training.forms import CourseForm, NewCourseForm, QuestionForm, UploadForm
from audits.training.kinds import Kind
from audits.training.page import PAGE_SIZE, makeable_kinds
from audits.training.views.frame import attached, course_of, draw, edited_course, hands_of, tried
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry


def courses(request: HttpRequest) -> HttpResponse:
    """The courses that the person runs or oversees, each with how often it was held."""
    hands = hands_of(request)
    if not (hands.is_organiser or hands.is_wide):
        raise Http404
    held = Count("sessions", filter=Q(sessions__status__in=("open", "closed")))
    rows = Course.objects.visible_to(request.user, at=hands.at, hands=hands).select_related("department__parent").annotate(held=held)
    page_obj = Paginator(rows.order_by("status", "kind", "title", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return draw(request, "courses", {"page_obj": page_obj, "may_make": bool(makeable_kinds(hands)), "hands": hands}, here="courses")


def course(request: HttpRequest, pk: int) -> HttpResponse:
    """What it teaches, its test, its sessions. Who was only asked to attend does not see the answers."""
    found, hands = course_of(request, pk), hands_of(request)
    can_edit = found.can_edit(request.user, at=hands.at, hands=hands)
    may_hold = hands.runs(found.kind, None) or (
        found.kind == Kind.WORKPLACE and (not found.department_id or found.department_id in hands.led)
    )
    context = {
        "course": found,
        "can_edit": can_edit,
        "sees_test": can_edit or hands.is_wide,
        "can_hold": found.is_active and may_hold and (found.kind != Kind.WORKPLACE or bool(hands.led)),
        "sections": Department.objects.filter(pk__in=hands.led).select_related("parent") if found.kind == Kind.WORKPLACE else [],
        "sessions": TrainingSession.objects.visible_to(request.user, at=hands.at, hands=hands).filter(course=found).for_list()[:20],
        "files": StoredFile.objects.about(found),
        "upload_form": UploadForm(subject=found),
        "entries": Entry.objects.about(found) if can_edit or hands.is_wide else [],
        "hands": hands,
    }
    return draw(request, "course", context, here="courses")


def make(request: HttpRequest) -> HttpResponse:
    """A new course."""
    hands = hands_of(request)
    kinds = makeable_kinds(hands)
    if not kinds:
        raise PermissionDenied
    form = NewCourseForm(request.POST or None, kinds=kinds)
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        kind = data.pop("kind")
        department = _own_section(hands) if kind == Kind.WORKPLACE and Kind.YEARLY not in hands.kinds else None
        answer = tried(
            request,
            form,
            lambda: Course.make(kind=kind, by=request.user, at=hands.at, department=department, **data),
            "研修を作りました。資料とテストの問題を加えてから、回を作ってください。",
            lambda made: made,
        )
        if answer:
            return answer
    return draw(request, "course_form", {"form": form, "hands": hands}, here="courses", status=422 if form.is_bound else 200)


def _own_section(hands) -> Department:
    return Department.objects.filter(pk__in=hands.led).order_by("position").first()


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words, marks or tries."""
    found, now = edited_course(request, pk), timezone.now()
    form = CourseForm(request.POST or None, initial={name: getattr(found, name) for name in CourseForm.Meta.fields})
    if form.is_bound and form.is_valid():
        answer = tried(request, form, lambda: found.edit(by=request.user, at=now, **form.cleaned_data), "研修の内容を変えました。", found)
        if answer:
            return answer
    return draw(request, "course_form", {"form": form, "course": found}, here="courses", status=422 if form.is_bound else 200)


def question(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """A new question, or another wording of one that is there."""
    found, now = edited_course(request, pk), timezone.now()
    test = found.test
    if number is not None and not 1 <= number <= len(test):
        raise Http404
    initial = QuestionForm.of(test[number - 1]) if number else None
    form = QuestionForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        answer = tried(
            request,
            form,
            lambda: found.put_question(form.question, number=number, by=request.user, at=now),
            "問題を保存しました。案内済みの回の問題は変わりません。",
            found,
        )
        if answer:
            return answer
    context = {"form": form, "course": found, "number": number or len(test) + 1, "is_new": number is None}
    return draw(request, "question", context, here="courses", status=422 if form.is_bound else 200)


@require_POST
def drop_question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = edited_course(request, pk)
    done = "問題を消しました。案内済みの回の問題は変わりません。"
    return act(request, lambda: found.drop_question(number, by=request.user, at=timezone.now()), done, found)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = edited_course(request, pk)
    return act(request, lambda: found.retire(by=request.user, at=timezone.now()), "この研修を使わないことにしました。", found)


@require_POST
def revive(request: HttpRequest, pk: int) -> HttpResponse:
    found = edited_course(request, pk)
    return act(request, lambda: found.revive(by=request.user, at=timezone.now()), "この研修をまた使えるようにしました。", found)


@require_POST
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """Files that every session of the course offers."""
    found = edited_course(request, pk)
    return attached(request, found, UploadForm(request.POST, request.FILES, subject=found))
