"""What narrows the history of reports; it stays in the URL."""

import django_filters

from musashimurayama_isms.jobs.models import Job

from .catalogue import REPORTS


class HistoryFilter(django_filters.FilterSet):
    """By report and state."""

    kind = django_filters.ChoiceFilter(label="報告書", choices=[(report.kind, report.title) for report in REPORTS], empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=Job.Status.choices, empty_label="全て")

    class Meta:
        model = Job
        fields = ["kind", "status"]
