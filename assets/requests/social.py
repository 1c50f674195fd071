"""市公式アカウントの運用 (3.12.5): one responsible person an account, nothing of 分類Ⅱ以上."""

from datetime import datetime

from assets.models import SocialAccount
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request, Subject
from musashimurayama_isms.transitions import InvalidTransition

COPIED = ("service", "account", "purpose", "listed_at", "profile", "credentials")


@matter("social-media")
class SocialMedia(Matter):
    """The permit enters the account; it runs until the account is given up."""

    is_running = True
    checks = (
        Check("3.12.5.1.1", "市のアカウントであることが、市のホームページと自由記述欄で分かるようになっていますか"),
        Check("3.12.5.1.2", "パスワードなどの認証情報の管理は、不正アクセスを防げるものですか"),
        Check("3.12.5.3", "このサービスの責任者として適切な人ですか"),
    )

    @property
    def form(self):
        from assets.forms.service_requests import SocialMediaForm

        return SocialMediaForm

    def title(self, request: Request) -> str:
        words = (request.content.get("service", ""), request.content.get("account", ""))
        return " ".join(words).strip() or request.type.name

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        owner = User.objects.get(pk=request.content["owner"])
        facts = {name: request.content[name] for name in COPIED}
        account = SocialAccount.open_by(request, owner, by=by, at=at, **facts)
        Subject.of(request, account, 1).save()

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        if request.status == Request.Status.RECALLED:
            for account in SocialAccount.objects.open().filter(permit=request):
                account.lose_permit(by=by, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        if SocialAccount.objects.open().filter(permit=request).exists():
            raise InvalidTransition("運用の終了は、アカウントの画面で記録してください。記録すると、この申請も完了になります。")
