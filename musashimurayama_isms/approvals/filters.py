"""The filter bar of the lists; it stays in the URL."""

import re

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label

from .models import Request, RequestType, Subject

NUMBER = re.compile(r"[RＲrｒ]?\s*(?P<year>\d{1,2})\s*[-‐－ー]\s*(?P<sequence>\d{1,4})")
YEARS_SHOWN = 6


class RequestFilter(django_filters.FilterSet):
    """By words, type, state, section and fiscal year."""

    q = django_filters.CharFilter(label="番号・件名・氏名", method="by_words")
    type = django_filters.ModelChoiceFilter(
        label="種別", queryset=RequestType.objects.all(), to_field_name="code", empty_label="全て", method="by_type"
    )
    status = django_filters.ChoiceFilter(
        label="状態", choices=[choice for choice in Request.Status.choices if choice[0] != Request.Status.DISCARDED], empty_label="全て"
    )
    department = django_filters.ModelChoiceFilter(label="所属", queryset=Department.objects.none(), empty_label="全て")
    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", empty_label="全て")

    class Meta:
        model = Request
        fields = ["q", "type", "status", "department", "year"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        today = day_of(timezone.now())
        section = self.form.fields["department"]
        section.queryset = Department.objects.in_force(today).select_related("parent")
        section.label_from_instance = lambda row: row.full_name
        last = fiscal_year(today)
        self.form.fields["year"].choices = [("", "全て")] + [
            (str(year), fiscal_year_label(year)) for year in range(last, last - YEARS_SHOWN, -1)
        ]

    def by_words(self, rows: QuerySet[Request], name: str, value: str) -> QuerySet[Request]:
        """Every word must be found in the number, the title, a subject, or the name of the drafter or applicant."""
        for word in value.split():
            rows = rows.filter(self._number(word) | self._text(word))
        return rows

    def by_type(self, rows: QuerySet[Request], name: str, value: RequestType) -> QuerySet[Request]:
        """Those of the type itself, and the errands that unite it."""
        return rows.filter(Q(type=value) | Q(pk__in=value.united_requests.values("pk")))

    @staticmethod
    def _number(word: str) -> Q:
        found = NUMBER.fullmatch(word)
        return Q(fiscal_year=int(found["year"]) + 2018, sequence=int(found["sequence"])) if found else Q(pk__in=[])

    @staticmethod
    def _text(word: str) -> Q:
        people = Q(drafter__name__icontains=word) | Q(applicant__name__icontains=word)
        by_subject = Subject.objects.filter(label__icontains=word).values("request")
        return Q(title__icontains=word) | Q(type__name__icontains=word) | people | Q(pk__in=by_subject)
