"""Self-inspections as tables: the campaigns, and of one how far the sections are. Answers of persons are in none of them."""

from django.http import Http404

from audits.inspections.pages import CampaignPage
from audits.models import Campaign, SectionResult
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

CAMPAIGNS = columns_of(
    Campaign,
    *("title", "kind", "fiscal_year", "due_on", "status", "prepared_by", "opened_at", "closed_at", "reported_at"),
    title=40,
    due_on=12,
    opened_at=18,
    closed_at=18,
    reported_at=18,
)
RESULTS = (
    Column("所属", "department.full_name", 30),
    Column("点検票", "sheets", 8),
    Column("提出", "sent", 8),
    Column("提出の割合（％）", "percent", 10),
    *columns_of(SectionResult, "confirmed_at", "confirmed_by", "confirmed_as", confirmed_at=18, confirmed_as=24),
)


@table("audits.campaigns", "自己点検")
def campaigns(asked: Asked) -> Sheet:
    """All inspections, newest first."""
    return Sheet(Campaign.objects.visible_to(asked.user, at=asked.at).select_related("prepared_by"), CAMPAIGNS)


@table("audits.campaign_results", "自己点検の課ごとの進み具合")
def campaign_results(asked: Asked) -> Sheet:
    """The departments that the person answers for, with sheets and how many were sent."""
    found = asked.subject(Campaign.objects.visible_to(asked.user, at=asked.at).select_related("previous"))
    if found.is_draft:
        raise Http404("回答の受付が始まると、ここに並びます。")
    return Sheet(CampaignPage(found, asked.user, at=asked.at).results, RESULTS, about=found.title, subject=found)
