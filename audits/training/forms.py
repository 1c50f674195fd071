"""The shapes of input: a course, its questions, a session with its groups, and the small ones beside a button."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from audits.models import Audience, Course, TrainingSession
from audits.training.kinds import Kind
from audits.training.questions import Question
from musashimurayama_isms.accounts.models import Department, RoleCode
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.forms import ClausesField
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField

ASKED_ROLES = [(code, RoleCode(code).label) for code in RoleCode.values if code not in (RoleCode.TERMINAL_USER, RoleCode.ADMINISTRATOR)]


class CourseForm(forms.ModelForm):
    """A course; the kind stays what it was made as."""

    clauses = ClausesField(label="条項番号", required=False, help_text="この研修の根拠。例 3.9.2.1。いくつかあるときは「、」で区切ります。")

    class Meta:
        model = Course
        fields = ["title", "theme", "outline", "clauses", "pass_mark", "tries"]
        widgets = {"outline": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "theme": "例 標的型メール、個人情報の取扱い",
            "outline": "受ける人が、何を学ぶのか分かるように。",
            "pass_mark": "テストの問題を作ったときに使います。",
        }


class NewCourseForm(CourseForm):
    """A new one says what kind it is, among those that the person may run."""

    kind = forms.ChoiceField(label="区分", help_text="区分によって、行ったときに済みになる定期業務が決まります。後から変えられません。")
    field_order = ["kind", "title"]

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "選んでください"), *((kind, Kind(kind).label) for kind in kinds)]


class QuestionForm(forms.Form):
    """One question of the test: its choices a line each, and which of them is right."""

    text = forms.CharField(label="問題文", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    choices = forms.CharField(
        label="選択肢", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="1行に1つ、2つから6つまで。"
    )
    answer = forms.IntegerField(label="正しい選択肢の番号", min_value=1, max_value=6, help_text="上から数えた番号。")
    reason = forms.CharField(
        label="解説", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="答えた後に表示します。"
    )
    clause = forms.CharField(label="条項番号", max_length=32, required=False, help_text="例 3.9.1.4")

    @staticmethod
    def of(question: Question) -> dict[str, Any]:
        """The initial values for a question that is there."""
        return {**question.as_row(), "choices": "\n".join(question.choices), "answer": question.answer + 1}

    @property
    def question(self) -> Question:
        """What was typed, as a question; the course checks it."""
        data = self.cleaned_data
        choices = [line.strip() for line in data["choices"].splitlines() if line.strip()]
        return Question(data["text"].strip(), choices, data["answer"] - 1, data["reason"].strip(), data["clause"].strip())


class SectionsField(forms.ModelMultipleChoiceField):
    """Departments by their full names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Department) -> str:
        return obj.full_name


class WhenForm(forms.Form):
    """When and where."""

    starts_at = JapaneseDateTimeField(label="開始日時", required=False, help_text="集合で行うときに入力します。")
    place = forms.CharField(label="場所", max_length=100, required=False)
    due_on = JapaneseDateField(label="受ける期限", required=False, help_text="資料閲覧のときに入力します。集合のときは、その日になります。")


class SessionForm(WhenForm):
    """A session of one course. A section's own session, and a follow-up, are for people who are known already."""

    name = forms.CharField(label="回の名前", max_length=60, help_text="例 第1回、資料閲覧")
    form = forms.ChoiceField(label="形式", choices=TrainingSession.Form, widget=forms.RadioSelect)
    self_entry = forms.BooleanField(label="集合のとき、出席した人が自分で出席を記録できるようにする", required=False)
    message = forms.CharField(label="案内の言葉", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    everyone = forms.BooleanField(label="全職員を対象にする", required=False)
    roles = forms.MultipleChoiceField(label="役割で選ぶ", choices=ASKED_ROLES, required=False, widget=forms.CheckboxSelectMultiple)
    departments = SectionsField(
        label="所属で選ぶ", queryset=Department.objects.none(), required=False, help_text="部を選ぶと、その部の課も入ります。"
    )
    joined_since = JapaneseDateField(
        label="この日以後に着任した職員を対象にする", required=False, help_text="新しい職員の研修のときに入力します。"
    )
    with_fixed_term = forms.BooleanField(label="会計年度任用職員も対象にする", required=False, initial=True)

    FACTS = ("name", "form", "message", "starts_at", "place", "self_entry", "due_on", "with_fixed_term")
    WHAT = ["name", "form", "message"]
    WHEN = ["starts_at", "place", "self_entry", "due_on"]
    WHOM = ["everyone", "joined_since", "roles", "departments", "with_fixed_term"]

    def __init__(self, *args: Any, section: Department | None = None, is_follow_up: bool = False, at, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.is_follow_up = section, is_follow_up
        self.fields["departments"].queryset = Department.objects.in_force(day_of(at)).select_related("parent")
        if section is not None or is_follow_up:
            for name in ("everyone", "joined_since", "roles", "departments"):
                del self.fields[name]

    def parts(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The form in three parts: (id, heading, fields)."""
        words = (("what", "何を", self.WHAT), ("when", "いつ・どこで", self.WHEN), ("whom", "だれに", self.WHOM))
        return [(key, word, [self[name] for name in names if name in self.fields]) for key, word, names in words]

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the session."""
        return {name: self.cleaned_data[name] for name in self.FACTS}

    @property
    def audiences(self) -> list[dict[str, Any]]:
        """The groups that were chosen."""
        data, group = self.cleaned_data, Audience.Group
        if self.is_follow_up:
            return [{"group": group.MISSED}]
        if self.section is not None:
            return [{"group": group.DEPARTMENT, "department": self.section}]
        found: list[dict[str, Any]] = [{"group": group.EVERYONE}] if data["everyone"] else []
        found += [{"group": group.NEW_STAFF, "joined_since": data["joined_since"]}] if data["joined_since"] else []
        found += [{"group": group.ROLE, "role": role} for role in data["roles"]]
        return found + [{"group": group.DEPARTMENT, "department": row} for row in data["departments"]]

    @staticmethod
    def of(session: TrainingSession) -> dict[str, Any]:
        """The initial values for a draft that is there."""
        groups = list(session.audiences.all())
        return {
            **{name: getattr(session, name) for name in SessionForm.FACTS},
            "everyone": any(row.group == Audience.Group.EVERYONE for row in groups),
            "joined_since": next((row.joined_since for row in groups if row.joined_since), None),
            "roles": [row.role for row in groups if row.role],
            "departments": [row.department_id for row in groups if row.department_id],
        }


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    """What is kept with the end of a session."""

    note = forms.CharField(
        label="振り返り・終える理由",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="まだの人がいて補講も作っていないときは、このまま終える理由が要ります。個人の名前は書かないでください。",
    )


class CancelForm(forms.Form):
    """Why it is not held."""

    note = forms.CharField(
        label="中止する理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="対象の方に表示します。"
    )


class UploadForm(forms.Form):
    """Files to read."""

    uploads = UploadsField(label="資料")

    def __init__(self, *args: Any, subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = subject


class EntryForm(forms.Form):
    """The day of those who are ticked."""

    on = JapaneseDateField(label="出席した日")


class ImportForm(forms.Form):
    """A list of who was there."""

    on = JapaneseDateField(label="出席した日", help_text="一覧に「出席日」の列がない行に使います。")
    file = forms.FileField(
        label="出席者の一覧",
        help_text="Excel（xlsx）か CSV。1行目に見出し「職員番号」が要ります。「出席日」「氏名」の列はあってもなくても構いません。",
    )


class PeopleForm(forms.Form):
    """What narrows the list of people. A chief chooses between done and not: how a test went is not the chief's to know."""

    STATES = [("missing", "まだ"), ("completed", "済み"), ("excused", "対象外")]
    ORGANISER_STATES = [
        ("waiting", "未受講"),
        ("attended", "テスト待ち"),
        ("completed", "修了"),
        ("excused", "対象外"),
        ("missing", "未受講とテスト待ち"),
    ]

    q = forms.CharField(label="氏名・職員番号", required=False, max_length=60)
    department = forms.ModelChoiceField(label="所属", queryset=Department.objects.none(), required=False, empty_label="全て")
    state = forms.ChoiceField(label="状態", required=False)

    def __init__(self, *args: Any, departments: QuerySet[Department], can_run: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        field.queryset, field.label_from_instance = departments, lambda row: row.full_name
        self.fields["state"].choices = [("", "全て"), *(self.ORGANISER_STATES if can_run else self.STATES)]


class TestForm(forms.Form):
    """The test: a group of choices a question."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(questions):
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=f"問{number + 1}　{question.text}",
                choices=list(enumerate(question.choices)),
                coerce=int,
                widget=forms.RadioSelect,
            )

    @property
    def answers(self) -> list[int]:
        return [self.cleaned_data[name] for name in self.fields]
