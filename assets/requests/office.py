"""Acts of office of 中央電子計算組織管理者: recorded and told at once, decided by nobody else, read by few.

They speak of a person. Besides the wide roles they are read by those named in them, by a grant that ends when the act is over.
"""

from datetime import datetime

from guardian.shortcuts import assign_perm, remove_perm

from assets.classification import AssetClass
from assets.forms.requests.office import (
    DeviceSurveyForm,
    LiftedForm,
    SurveyedForm,
    SuspensionForm,
    TerminalBanForm,
    names,
)
from assets.models import Device
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.approvals.matters import matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record

from .base import KindMatter

READ = "approvals.view_request"


class OfficeMatter(KindMatter):
    """What they share: confined, of the highest class, read by those whom `readers` names while it runs."""

    is_confined = True
    mark = AssetClass.I
    completed_by = (RoleCode.CENTRAL_MANAGER,)
    verb = ""

    def readers(self, request: Request, *, at: datetime) -> list[User]:
        """Who may read it besides the wide roles."""
        return []

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        """It has been done: those named may read it, and it is told."""
        for person in self.let_in(request, self.readers(request, at=at)):
            assign_perm(READ, person, request)
        record(by, self.verb, request, at=at, number=request.number)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        for person in self.readers(request, at=at):
            remove_perm(READ, person, request)

    def let_in(self, request: Request, people: list[User]) -> list[User]:
        """Those of them from whom no subject of the request is kept: a subject may offer `kept_out()`, keys of persons."""
        kept = {pk for row in request.subjects.all() for pk in getattr(row.object, "kept_out", set)()}
        return [person for person in people if person.pk not in kept]

    def of_section(self, request: Request, *roles: str, at: datetime) -> list[User]:
        """Who holds these roles for the section that the form names."""
        section = self.need(request, "department")
        return [hat.person for role in roles for hat in acting(role, at=at, department=section)]


@matter("device-survey")
class DeviceSurvey(OfficeMatter):
    """利用状況調査 (3.11.2.2): who looks is named; what is found is not spoken of."""

    form, done = DeviceSurveyForm, SurveyedForm
    headline = ("ground", "department")
    verb = "assets.office.survey_opened"

    def readers(self, request: Request, *, at: datetime) -> list[User]:
        return names(request.content["surveyors"])


@matter("suspension")
class Suspension(OfficeMatter):
    """利用権の停止・剥奪 (3.11.6.2.3): after guidance failed; CISO, 総括管理者 and the 部's 総括担当者 are told at once."""

    form, done = SuspensionForm, LiftedForm
    headline = ("kind", "user_id")
    verb = "assets.office.right_suspended"

    def readers(self, request: Request, *, at: datetime) -> list[User]:
        return self.of_section(request, RoleCode.DIVISION_OFFICER, RoleCode.SECTION_OFFICER, at=at)


@matter("terminal-ban")
class TerminalBan(OfficeMatter):
    """端末の使用禁止 (3.10.1.16.4): the device leaves use in the register until the ban is lifted."""

    form, done = TerminalBanForm, LiftedForm
    headline = ("device", "device_text", "kind")
    about = ("device",)
    verb = "assets.office.terminal_banned"

    def readers(self, request: Request, *, at: datetime) -> list[User]:
        return self.of_section(request, RoleCode.SECTION_OFFICER, at=at)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        super().permitted(request, by=by, at=at)
        device = self.row(request, "device")
        if device and device.status == Device.Status.IN_USE:
            device.store(by=by, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        super().completed(request, by=by, at=at)
        device = self.row(request, "device")
        if device and device.status == Device.Status.STORED and device.can_decide(by, at=at):
            device.use(by=by, at=at)
