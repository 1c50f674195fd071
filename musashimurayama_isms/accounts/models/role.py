"""The roles of clause 3.4.2 as data: a role is held by a post, never by an account."""

from django.db import models


class RoleCode(models.TextChoices):
    """Codes of the roles that the policy names, and of the two that running the portal needs."""

    CISO = "CISO", "最高情報セキュリティ責任者"
    GENERAL_MANAGER = "GENERAL_MANAGER", "電子計算組織総括管理者"
    AUDIT_HEAD = "AUDIT_HEAD", "情報セキュリティ監査総括責任者"
    CENTRAL_MANAGER = "CENTRAL_MANAGER", "中央電子計算組織管理者"
    DIVISION_OFFICER = "DIVISION_OFFICER", "総括情報セキュリティ担当者"
    SECTION_OFFICER = "SECTION_OFFICER", "情報セキュリティ担当者"
    PROMOTER = "PROMOTER", "情報化推進員"
    TERMINAL_USER = "TERMINAL_USER", "端末装置利用者"
    AUDITOR = "AUDITOR", "監査人"
    SERVICE_MANAGER = "SERVICE_MANAGER", "外部サービス管理者"
    PERMIT_AUTHORITY = "PERMIT_AUTHORITY", "許可権限者"
    PERSONNEL = "PERSONNEL", "人事担当"
    ADMINISTRATOR = "ADMINISTRATOR", "ポータル管理者"


class RoleManager(models.Manager["Role"]):
    def get_by_natural_key(self, code: str) -> "Role":
        return self.get(code=code)


class Role(models.Model):
    """A role with the clause that creates it and the reach of its holder."""

    class Reach(models.TextChoices):
        CITY = "city", "全庁"
        DIVISION = "division", "部"
        SECTION = "section", "課"
        PERSON = "person", "本人"

    code = models.CharField("コード", max_length=32, unique=True, choices=RoleCode)
    name = models.CharField("名称", max_length=100)
    clause = models.CharField("根拠条項", max_length=32, blank=True, help_text="例 3.4.2.1")
    reach = models.CharField("及ぶ範囲", max_length=16, choices=Reach)
    position = models.PositiveIntegerField("並び順", default=0)

    objects = RoleManager()

    class Meta:
        verbose_name = "役割"
        verbose_name_plural = "役割"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class StandingDeputyManager(models.Manager["StandingDeputy"]):
    def get_by_natural_key(self, role: str, deputy_role: str, scope: str) -> "StandingDeputy":
        return self.get(role__code=role, deputy_role__code=deputy_role, scope=scope)


class StandingDeputy(models.Model):
    """A deputy that the policy itself names: 3.4.2.2.2 for the CISO, 3.4.2.3.6 for the 総括管理者 on an infringement."""

    class Scope(models.TextChoices):
        ANY = "any", "全て"
        INFRINGEMENT = "infringement", "侵害への措置に限る"

    role = models.ForeignKey(Role, verbose_name="役割", on_delete=models.PROTECT, related_name="standing_deputies")
    deputy_role = models.ForeignKey(Role, verbose_name="代行する役割", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField("範囲", max_length=16, choices=Scope, default=Scope.ANY)
    clause = models.CharField("根拠条項", max_length=32)

    objects = StandingDeputyManager()

    class Meta:
        verbose_name = "定めによる代行"
        verbose_name_plural = "定めによる代行"
        constraints = [models.UniqueConstraint(fields=["role", "deputy_role", "scope"], name="accounts_standingdeputy_once")]

    def __str__(self) -> str:
        return f"{self.role}→{self.deputy_role}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.role.code, self.deputy_role.code, self.scope)
