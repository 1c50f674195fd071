"""Who is told of a disposal: who decides, then who proposed it."""

from musashimurayama_isms.notifications.notices import Message, notice

from .hands import deciders


@notice("retention.disposal.proposed")
def proposed(entry, disposal):
    """To who decides now."""
    yield Message(
        to=[hat.person for hat in deciders(disposal.holder, disposal.department, disposal.proposed_by, at=entry.at)],
        title="記録の廃棄が起案されました",
        body=f"{disposal}（{disposal.label}、{disposal.count}件）の一覧を確かめて決めてください。",
        url=disposal.get_absolute_url(),
    )


@notice("retention.disposal.permitted")
def permitted(entry, disposal):
    """To who proposed it."""
    body = f"{disposal}は、別の人の立会いのうえで行えます。"
    yield Message(to=disposal.proposed_by, title="記録の廃棄が許可されました", body=body, url=disposal.get_absolute_url())


@notice("retention.disposal.refused")
def refused(entry, disposal):
    """To who proposed it."""
    body = f"{disposal}の理由を確かめてください。記録は残っています。"
    yield Message(to=disposal.proposed_by, title="記録の廃棄が不許可になりました", body=body, url=disposal.get_absolute_url())


@notice("retention.disposal.done")
def done(entry, disposal):
    """To who proposed it and who decided it."""
    yield Message(
        to=[disposal.proposed_by, disposal.decided_by],
        title="記録の廃棄が終わりました",
        body=f"{disposal}の廃棄記録を印刷できます。",
        url=disposal.get_absolute_url(),
    )
