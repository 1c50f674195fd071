"""再委託 (3.12.2.8, 3.12.3.2.6): a further company that the city has let work for a service or under a contract."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request


class Subcontract(models.Model):
    """One approved subcontractor, with the approval; never changed: another one needs another approval."""

    service = models.ForeignKey(
        "assets.ExternalService", verbose_name="外部サービス", null=True, blank=True, on_delete=models.PROTECT, related_name="subcontracts"
    )
    contract = models.ForeignKey(
        "assets.Contract", verbose_name="委託契約", null=True, blank=True, on_delete=models.PROTECT, related_name="subcontracts"
    )
    name = models.CharField("再委託先", max_length=100)
    work = models.CharField("任せる内容", max_length=500)
    measures = models.CharField("確保される対策", max_length=1000)
    approved_on = models.DateField("承認の日")
    permit = models.OneToOneField(Request, verbose_name="承認", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "再委託"
        verbose_name_plural = "再委託"
        ordering = ["-approved_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True, contract__isnull=False) | Q(service__isnull=False, contract__isnull=True),
                name="assets_subcontract_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def approve(cls, permit: Request, subject: models.Model, *, at: datetime, **facts: str) -> "Subcontract":
        """Enter what the permit allows, in its transaction; the permit is the record of who decided."""
        return cls.objects.create(permit=permit, approved_on=day_of(at), **{subject.CHECKED_AS: subject}, **facts)
