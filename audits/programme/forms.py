"""The shapes of input of the year's plan, of the plan over three years, and of the naming of the audit head."""

from datetime import date

from django import forms

from assets.models import Contractor, System
from audits.acts import ActForm
from audits.models import AuditHeadNaming, AuditProgramme, TargetKind
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField, line, text
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from policy.fields import ClausesField, SectionField, sections

MONTHS = [("", "決めない"), *((str(month), f"{month}月") for month in (9, 10, 11, 12))]


def years_around(day: date, *, back: int = 0, ahead: int = 1) -> list[tuple[str, str]]:
    """The 年度 around a day as choices."""
    now = fiscal_year(day)
    return [(str(year), fiscal_year_label(year)) for year in range(now - back, now + ahead + 1)]


class BeginForm(ActForm):
    """Of which year, and out of which earlier plan."""

    fiscal_year = forms.TypedChoiceField(label="年度", coerce=int, widget=forms.RadioSelect)
    copy_from = forms.ModelChoiceField(
        label="もとにする計画",
        queryset=AuditProgramme.objects.none(),
        required=False,
        empty_label="もとにしない",
        help_text="方針・目標・テーマ・対象を写します。前の年から変えたところは、計画の画面に並びます。",
    )

    def set_up(self) -> None:
        taken = set(AuditProgramme.objects.values_list("fiscal_year", flat=True))
        choices = [pair for pair in years_around(day_of(self.at)) if int(pair[0]) not in taken]
        self.fields["fiscal_year"].choices = choices
        self.fields["copy_from"].queryset = AuditProgramme.objects.all()
        if choices:
            self.fields["fiscal_year"].initial = choices[0][0]
        last = AuditProgramme.objects.first()
        self.fields["copy_from"].initial = last.pk if last else None


class WordsForm(ActForm):
    """The words of the plan."""

    def set_up(self) -> None:
        names = [*AuditProgramme.WORDS[:4], "my_number", *AuditProgramme.WORDS[4:6], "needs_committee", "committee_reason"]
        for name in [*names, "head_conflict_reason"]:
            self.fields[name] = self._field(name)
            self.fields[name].initial = getattr(self.subject, name)

    def _field(self, name: str) -> forms.Field:
        column = AuditProgramme._meta.get_field(name)
        label, help_text = str(column.verbose_name), str(column.help_text)
        if column.get_internal_type() == "BooleanField":
            return forms.BooleanField(label=label, required=False)
        if column.get_internal_type() == "CharField":
            return line(label, help_text, required=False, max_length=column.max_length)
        return text(label, help_text, required=False, max_length=column.max_length)


class ThemeForm(ActForm):
    """A theme with the clauses that it means."""

    title = line("テーマ", "例 持ち出しと媒体の管理")
    clauses = ClausesField(label="関係する条項")

    def set_up(self) -> None:
        self.fields["clauses"].help_text = "例 3-5、3-9(1)。この条項の義務から監査項目ができます。空欄のときは、すべての条項です。"


class TargetForm(ActForm):
    """Who is audited, about when, and why."""

    kind = forms.ChoiceField(label="監査するもの", choices=TargetKind, widget=forms.RadioSelect, initial=TargetKind.SECTION)
    department = SectionField(
        label="課", queryset=Department.objects.none(), empty_label="選んでください", help_text="契約や情報システムのときは、所管する課。"
    )
    contractor = forms.ModelChoiceField(
        label="委託事業者",
        queryset=Contractor.objects.none(),
        required=False,
        empty_label="選ばない",
        help_text="再委託先も含めて監査します。",
    )
    system = forms.ModelChoiceField(label="情報システム", queryset=System.objects.none(), required=False, empty_label="選ばない")
    month = forms.TypedChoiceField(label="実査の月", choices=MONTHS, coerce=int, empty_value=None, required=False)
    note = line("選んだ理由", required=False, max_length=300)

    def set_up(self) -> None:
        self.fields["department"].queryset = sections(day_of(self.at)).sections()
        self.fields["contractor"].queryset = Contractor.objects.all()
        self.fields["system"].queryset = System.objects.live()


class RemoveForm(ActForm):
    """Why it is planned no longer."""

    reason = text("計画から外す理由", max_length=500)


class ReopenForm(ActForm):
    """Why an approved plan is changed."""

    reason = text("変える理由", max_length=1000)


class DaysForm(ActForm):
    """From when to when a work is done."""

    starts_on = JapaneseDateField(label="始まり")
    ends_on = JapaneseDateField(label="終わり")
    note = line("備考", "ポリシーの時期から外れるときは、理由を書きます。", required=False, max_length=300)

    def set_up(self) -> None:
        self.initial = {"starts_on": self.subject.starts_on, "ends_on": self.subject.ends_on, "note": self.subject.note}


class CloseForm(ActForm):
    """What the year has brought."""

    closing = text("年度のまとめ", "次の年度の計画とポリシーの見直しに使います。", rows=6, max_length=4000)


class HeadForm(ActForm):
    """Whom the CISO names, from when."""

    person = forms.ModelChoiceField(label="指名する人", queryset=User.objects.none(), empty_label="選んでください")
    since = JapaneseDateField(label="指名する日", help_text="前の指名は、この前の日に終わります。")

    def set_up(self) -> None:
        today = day_of(self.at)
        self.fields["person"].queryset = AuditHeadNaming.candidates(on=today)
        self.fields["person"].label_from_instance = lambda person: person.name
        self.fields["since"].initial = today


class MediumForm(ActForm):
    """The first of the three years."""

    first_year = forms.TypedChoiceField(label="始まりの年度", coerce=int, widget=forms.RadioSelect)
    aim = text("ねらい", "例 3年ですべての課を一度は監査する", required=False)

    def set_up(self) -> None:
        self.fields["first_year"].choices = years_around(day_of(self.at), back=2)


class MediumRowForm(ActForm):
    """A theme in a section in a year."""

    fiscal_year = forms.TypedChoiceField(label="年度", coerce=int, widget=forms.RadioSelect)
    theme = line("テーマ")
    department = SectionField(label="課", queryset=Department.objects.none(), required=False, empty_label="全庁")

    def set_up(self) -> None:
        self.fields["fiscal_year"].choices = [(str(year), fiscal_year_label(year)) for year in self.subject.years]
        self.fields["department"].queryset = sections(day_of(self.at)).sections()
