"""Who hears of a violation: those told, the person named from the guidance on, the reporter that it was read and ended.

No name, section or matter stands in a notice: it also leaves as mail.
"""

from musashimurayama_isms.notifications.notices import Message, notice


def _told(entry, violation):
    """The persons behind the words that this act has sent and nobody has read."""
    words = list(violation.words.pending().filter(sent_at=entry.at))
    for word in words:
        word.violation = violation
    return [actor.person for word in words for actor in word.able(at=entry.at)]


@notice("incidents.violation.reported", urgent=True)
def reported(entry, violation):
    """直ちに: the union of those whom the clauses name (3.11.2.3.1, 3.11.6.2)."""
    yield Message(
        to=_told(entry, violation),
        title=f"【至急】{violation} の報告が届きました",
        body="内容を確認し、受領してください。対応が必要な方には次の手順が表示されます。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.notified", urgent=True)
def notified(entry, violation):
    yield Message(
        to=_told(entry, violation),
        title=f"【至急】{violation} について適切な措置を求められています",
        body="内容を確認し、指導などの対応をしてください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.identified")
def identified(entry, violation):
    """The act has fallen to the next one up, because of who it was."""
    yield Message(
        to=_told(entry, violation),
        title=f"{violation} の対応を引き継いでください",
        body="内容を確認し、受領してください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.guide_again")
def guide_again(entry, violation):
    yield Message(
        to=_told(entry, violation),
        title=f"{violation} について指導を続けてください",
        body="利用権は停止せず、指導を続けるよう求められています。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.guided")
def guided(entry, violation):
    """From now on the person named sees of what it is, and may answer."""
    if violation.person and violation.told_person_at:
        yield Message(
            to=[violation.person],
            title=f"{violation}：指導の内容を確認してください",
            body="指導の内容を確認し、説明したいことがあるときは画面から書いてください。",
            url=violation.get_absolute_url(),
        )


@notice("incidents.violation.stated")
def stated(entry, violation):
    people = violation.people(violation.handler, at=entry.at)
    yield Message(
        to=[actor.person for actor in people],
        title=f"{violation} に本人の説明がありました",
        body="内容を確認してください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.noted")
def noted(entry, violation):
    """Whoever handles it, and the overseer while it lies there; before the notice the handler knows nothing of it."""
    parties = [violation.overseer] if violation.status in violation.OF_OVERSEER else []
    if violation.status != violation.Status.FOUND:
        parties.append(violation.handler)
    yield Message(
        to=[actor.person for party in parties for actor in violation.people(party, at=entry.at)],
        title=f"{violation} に追記がありました",
        body="内容を確認してください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.not_improved", urgent=True)
def not_improved(entry, violation):
    """Guidance did not help: the decision about the right of use is awaited (3.11.6.2.3)."""
    yield Message(
        to=_told(entry, violation),
        title=f"{violation}：指導しても改善しないと報告がありました",
        body="利用する権利を停止するかどうかを判断してください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.suspended", urgent=True)
def suspended(entry, violation):
    """The three whom the policy names, of the matter itself; the request has told them of the act."""
    yield Message(
        to=_told(entry, violation),
        title=f"{violation}：利用する権利を停止・剥奪しました",
        body="内容を確認し、受領してください。",
        url=violation.get_absolute_url(),
    )


@notice("incidents.violation.weighed", urgent=True)
def weighed(entry, violation):
    """A grave one concerns everybody who has been told."""
    if entry.changes.get("grave"):
        parties = set(violation.words.values_list("party", flat=True))
        yield Message(
            to=[actor.person for party in sorted(parties) for actor in violation.people(party, at=entry.at)],
            title=f"【至急】{violation} は直ちに重大な影響を及ぼすおそれがあります",
            body="業務継続計画（ICT編）に従って対処します。",
            url=violation.get_absolute_url(),
        )


def _to_reporter(violation, words):
    return Message(to=[violation.reporter], title=f"報告された{violation} について", body=words, url=violation.get_absolute_url())


@notice("incidents.violation.received")
def received(entry, violation):
    yield _to_reporter(violation, "報告が受領されました。")


@notice("incidents.violation.improved")
def improved(entry, violation):
    yield _to_reporter(violation, "改善が確認されました。")


@notice("incidents.violation.settled")
def settled(entry, violation):
    """Whoever had sent the access record hears what came of it."""
    yield _to_reporter(violation, "課が確かめた結果が記録されました。")


@notice("incidents.violation.dismissed")
def dismissed(entry, violation):
    yield _to_reporter(violation, "確認の結果、違反ではないと判断されました。")
    if violation.person and violation.told_person_at:
        yield Message(
            to=[violation.person],
            title=f"{violation}：違反ではないと判断されました",
            body="この件は終わりました。",
            url=violation.get_absolute_url(),
        )
