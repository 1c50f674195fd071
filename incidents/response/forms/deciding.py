"""Weighing, calling and holding meetings, ordering and following measures."""

from datetime import datetime

from django import forms

from incidents.chain import Party
from incidents.handling import people
from incidents.models import Incident, IncidentMeeting, ResponseTask, Triage
from incidents.models.response_task import OWNERS
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, line, radio, text
from musashimurayama_isms.files.fields import UploadsField

from .fields import PeopleChoice, SpokenForm, StaffField, departments, yes_no

NEAR = (Party.CISO, Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER, Party.DIVISION_OFFICER, Party.SECTION_OFFICER)


class TriageForm(SpokenForm):
    """The two questions of the policy and what follows of them."""

    citizens = yes_no("市民生活に影響を及ぼすおそれがありますか", "「はい」のときは情報セキュリティ会議を招集し、重大として扱います。")
    systems = yes_no("ほかのシステムに影響がありますか", "市民生活に影響がなく、ここが「はい」のときは緊急対策会議の招集を命じます。")
    outcome = radio("どうしますか", Triage.Outcome.choices)
    reason = text("情報セキュリティ会議を招集しない理由", "招集しないときは必ず入力します。", required=False, max_length=1500)

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add_spoken([actor.person for actor in people(incident, [Party.GENERAL_MANAGER], at=at)], by=by, at=at)


class CallForm(forms.Form):
    """When, where, and who is called; those who usually belong to it are ticked."""

    planned_at = JapaneseDateTimeField(label="日時")
    place = line("場所")
    members = PeopleChoice(label="会議に出る人", queryset=User.objects.none(), required=False)
    others = StaffField(label="ほかに呼ぶ人の職員番号", help_text="読点か空白で区切って入力します。")

    def __init__(self, *args, incident: Incident, kind: str, at: datetime, **kwargs) -> None:
        usual = IncidentMeeting.usual_members(incident, kind, at=at)
        kwargs["initial"] = {"members": [user.pk for user in usual], **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        near = [actor.person for actor in people(incident, NEAR, at=at)]
        self.fields["members"].queryset = User.objects.filter(pk__in={user.pk for user in [*usual, *near]}).order_by("pk")

    def clean(self) -> dict:
        data = super().clean() or {}
        data["members"] = [*data.get("members", []), *(data.pop("others", None) or [])]
        data["members"] = list({user.pk: user for user in data["members"]}.values())
        return data


class HoldForm(forms.Form):
    """It has met."""

    held_at = JapaneseDateTimeField(label="開催した日時")
    attended = PeopleChoice(label="出席した人", queryset=User.objects.none(), required=False)
    minutes = text("話し合ったこと", "決まったことは、この後で一つずつ措置として入力します。", rows=8, max_length=20000)

    def __init__(self, *args, meeting: IncidentMeeting, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attended"].queryset = User.objects.filter(pk__in=meeting.members.values("person")).order_by("pk")


class ReasonForm(forms.Form):
    """Why."""

    reason = text("理由")


class TaskForm(SpokenForm):
    """A measure with its owner and its day."""

    words = text("すること", "だれが見ても済んだかどうかが分かるように書きます。")
    owner = radio("担当", OWNERS)
    due_on = JapaneseDateField(label="期限")
    check_on = JapaneseDateField(
        label="効果を確かめる日", required=False, help_text="再発防止策では入力してください。担当以外の人が確かめます。"
    )
    handed_to = StaffField(label="担当する人の職員番号", single=True, help_text="担当の課の職員に任せるときだけ入力します。")

    def __init__(self, *args, incident: Incident, kind: str, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = departments(at)
        self.fields["department"].initial = incident.department_id
        self.order_fields(["words", "owner", "department", "due_on", "check_on", "handed_to"])
        self.fields["check_on"].required = kind == ResponseTask.Kind.PREVENTION
        if kind in (ResponseTask.Kind.ORDER, ResponseTask.Kind.INSTRUCTION):
            orderers = people(incident, ResponseTask.ORDERERS[ResponseTask.Kind(kind)], at=at)
            self.add_spoken([actor.person for actor in orderers], by=by, at=at)


class ReviseForm(TaskForm):
    """A draft put in other words; the person it is handed to stays."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, kind=ResponseTask.Kind.PREVENTION, **kwargs)
        del self.fields["handed_to"]


class CompleteForm(forms.Form):
    """What was done, with evidence."""

    note = text("したこと")
    uploads = UploadsField(label="実施したことが分かる資料", required=False)

    def __init__(self, *args, task: ResponseTask, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = task


class EffectForm(forms.Form):
    """Whether it works."""

    effective = yes_no("効果がありましたか")
    words = text("確かめかたと結果")
    again_due_on = JapaneseDateField(
        label="新しい措置の期限", required=False, help_text="効果がなかったときに入力します。新しい措置として続きます。"
    )


class PutOffForm(forms.Form):
    """Another day."""

    to = JapaneseDateField(label="新しい期限")
    reason = text("期限を変える理由")
