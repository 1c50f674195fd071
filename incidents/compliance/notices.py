"""Who hears of a problem of compliance (3.11.2.1)."""

from incidents.chain import Party
from musashimurayama_isms.notifications.notices import Message, notice


def _people(problem, party, at):
    return [actor.person for actor in problem.people(party, at=at)]


@notice("incidents.compliance.reported")
def reported(entry, problem):
    """CISO and 総括管理者, both."""
    yield Message(
        to=_people(problem, Party.CISO, entry.at),
        title=f"{problem} が報告されました",
        body="内容を確認し、電子計算組織総括管理者に対策を指示してください。",
        url=problem.get_absolute_url(),
    )
    yield Message(
        to=_people(problem, Party.GENERAL_MANAGER, entry.at),
        title=f"{problem} が報告されました",
        body="内容を確認し、受領してください。対策はCISOの指示を受けて講じます。",
        url=problem.get_absolute_url(),
    )


@notice("incidents.compliance.ordered")
def ordered(entry, problem):
    yield Message(
        to=_people(problem, Party.GENERAL_MANAGER, entry.at),
        title=f"{problem} への対策を指示されました",
        body="指示の内容を確認し、講じた対策を報告してください。",
        url=problem.get_absolute_url(),
    )
    yield _to_reporter(problem, "CISOが対策を指示しました。")


@notice("incidents.compliance.done")
def done(entry, problem):
    yield Message(
        to=_people(problem, Party.CISO, entry.at),
        title=f"{problem} への対策が報告されました",
        body="内容を確認してください。",
        url=problem.get_absolute_url(),
    )


@notice("incidents.compliance.received")
def received(entry, problem):
    yield _to_reporter(problem, "報告が受領されました。")


@notice("incidents.compliance.closed")
def closed(entry, problem):
    yield _to_reporter(problem, "対策が確認され、完了しました。")


def _to_reporter(problem, words):
    return Message(to=[problem.reporter], title=f"報告された{problem} について", body=words, url=problem.get_absolute_url())
