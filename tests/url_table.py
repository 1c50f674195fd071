"""The table of URLs: what each role meets at each address. tests/test_urls.py holds the portal against it.

A row is the method, the object in tests/world.py, and who gets in. Everyone else who is logged in meets 404, but for those
in REFUSED, who see the object while the act is not theirs to do: 403.
"""

from dataclasses import dataclass

EVERYONE = "*"
# Who sees the incident of the world: its reporter, the chain above, the committee with its secretariat.
CHAIN = {
    "clerk",
    "section_officer",
    "division_officer",
    "central_manager",
    "general_manager",
    "ciso",
    "member",
    "secretary",
    "administrator",
}


@dataclass(frozen=True)
class Row:
    """One address: how it is asked, with which object, who gets an answer below 400."""

    method: str
    key: str | None = None
    who: set[str] | str = EVERYONE

    def admits(self, role: str) -> bool:
        return self.who == EVERYONE or role in self.who


def get(key: str | None = None, who=EVERYONE) -> Row:
    return Row("get", key, who)


def post(key: str | None = None, who=EVERYONE) -> Row:
    return Row("post", key, who)


ADMINISTRATOR = {"administrator"}

# Doors that stand open to those who are not logged in.
OPEN = {"account_login", "account_inactive", "healthz"}

TABLE: dict[str, Row] = {
    "desk": get(),
    "administration": get(who=ADMINISTRATOR),
    "components": get(who=ADMINISTRATOR),
    "help": get(),
    "help_page": get("page"),
    "healthz": get(),
    "account_login": get(),
    "account_logout": get(),
    "account_inactive": get(),
    "account_change_password": get(),
    "notifications:list": get(),
    "notifications:read_all": post(),
    "notifications:open": post("notice", {"section_officer"}),
    "jobs:list": get(),
    "jobs:health": get(who=ADMINISTRATOR),
    "jobs:detail": get("job", {"clerk", "administrator"}),
    "jobs:progress": get("job", {"clerk", "administrator"}),
    "jobs:cancel": post("job", {"clerk", "administrator"}),
    "jobs:download": get("result", {"clerk"}),
    "files:download": get("file", CHAIN),
    "trail:list": get(who=ADMINISTRATOR),
    "policy:toc": get(),
    "policy:clause": get("number"),
    "policy:coverage": get(),
    "policy:coverage_export": post("suffix"),
    "policy:roles": get(),
    "policy:role": get("bearer"),
    "policy:guide": post("bearer"),
    "policy:glossary": get(),
    "policy:history": get(),
    "policy:search": get(),
    "policy:print": get(),
    "policy:revisions": get(),
    "policy:revision": get("revision"),
    "policy:corrections": get("revision"),
    "policy:revision_print": get("revision"),
    "policy:revision_clause": get("revision_clause"),
    "incidents:rooms": get(),
    "incidents:start": get(),
    "incidents:desk": get("scope"),
    "incidents:paper_form": get(),
    "incidents:detail": get("incident", CHAIN),
    "incidents:draft": get("draft", {"clerk"}),
    "incidents:autosave": post("draft", {"clerk"}),
    "incidents:discard": post("draft", {"clerk"}),
    "incidents:sheet": post("incident", CHAIN),
    "incidents:add_note": get("incident", CHAIN),
    "incidents:raise": post("incident", CHAIN - {"clerk"}),
    "incidents:acknowledge": post("receipt", {"section_officer"}),
    "incidents:oral_receipt": get("receipt", CHAIN),
    "incidents:pass_on": post("step", {"section_officer"}),
    "incidents:oral_step": get("step", CHAIN),
    "incidents:confirm_oral": post("oral", {"section_officer"}),
    "incidents:deny_oral": get("oral", {"section_officer"}),
}

# Those who see the object but may not do the act: they are told so (403), they do not meet a stranger's 404.
REFUSED: dict[str, set[str]] = {
    "incidents:raise": {"clerk"},
    "incidents:acknowledge": CHAIN - {"section_officer"},
    "incidents:pass_on": CHAIN - {"section_officer"},
}
