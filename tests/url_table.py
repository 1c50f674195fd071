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
    data: dict | None = None

    def admits(self, role: str) -> bool:
        return self.who == EVERYONE or role in self.who


def get(key: str | None = None, who=EVERYONE) -> Row:
    return Row("get", key, who)


def post(key: str | None = None, who=EVERYONE, **data) -> Row:
    return Row("post", key, who, data)


ADMINISTRATOR = {"administrator"}
PERSONNEL = {"personnel", "administrator"}
CHOOSERS = {"central_manager", "administrator"}
HEAD = {"section_officer"}
# Who sees the system of the world and its ledger rows, who keeps them, who decides about them; the 課 of 中央管理者.
REGISTER = {
    *("clerk", "colleague", "section_officer", "division_officer", "central_manager", "general_manager", "ciso"),
}
SECTION = {"clerk", "colleague", "section_officer", "central_manager"}
OFFICE = {"section_officer", "central_manager"}
# Who belongs to a 課, and may enter rows for it.
OF_A_SECTION = {
    *("clerk", "colleague", "section_officer", "central_manager", "promoter", "auditor", "personnel", "secretary", "administrator"),
    *("outsider_clerk", "outsider_officer"),
}
CENTRAL = {"central_manager", "secretary", "administrator"}
ROUNDS = CENTRAL | {"general_manager", "ciso", "personnel"}

# Doors that stand open to those who are not logged in.
OPEN = {"account_login", "account_inactive", "healthz", "help", "help_page"}

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
    "accounts:organisation": get(),
    "accounts:department": get("department"),
    "accounts:name_promoter": get("department", HEAD),
    "accounts:roles": get(),
    "accounts:role": get("code"),
    "accounts:person": get("person"),
    "accounts:committees": get(),
    "accounts:absences": get(),
    "accounts:end_absence": post("absence", HEAD),
    "accounts:name_deputy": get("post", HEAD | PERSONNEL),
    "accounts:end_deputyship": post("deputyship", HEAD | PERSONNEL),
    "accounts:handover": get(),
    "accounts:settle_handover": post("handover_item", HEAD | {"division_officer"}, status="returned"),
    "accounts:personnel_changes": get(who=PERSONNEL),
    "accounts:upload_personnel_change": get(who=PERSONNEL),
    "accounts:personnel_change": get("change", PERSONNEL),
    "accounts:schedule_personnel_change": post("change", PERSONNEL),
    "accounts:apply_personnel_change": post("change", PERSONNEL),
    "accounts:undo_personnel_change": post("change", PERSONNEL),
    "accounts:discard_personnel_change": post("change", PERSONNEL),
    "accounts:users": get(who=ADMINISTRATOR),
    "accounts:user": get("person", ADMINISTRATOR),
    "accounts:issue_password": post("person", ADMINISTRATOR),
    "accounts:release_lock": post("person", ADMINISTRATOR),
    "accounts:close_user": post("person", ADMINISTRATOR),
    "accounts:open_user": post("person", ADMINISTRATOR),
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
    "parameters:list": get(),
    "parameters:export": post("suffix"),
    "parameters:detail": get("parameter"),
    "parameters:choose": post("parameter", CHOOSERS, act="confirm", basis="委員会の議決", seen="1"),
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
    "policy:import": get(who=ADMINISTRATOR),
    "policy:import_preview": get("reading", ADMINISTRATOR),
    "policy:import_store": post("reading", ADMINISTRATOR),
    "policy:publish": get("revision", ADMINISTRATOR),
    "policy:revision": get("revision"),
    "policy:corrections": get("revision"),
    "policy:revision_print": get("revision"),
    "policy:revision_clause": get("revision_clause"),
    "assets:system_list": get(),
    "assets:system_new": get(who=OF_A_SECTION),
    "assets:system_export": post("suffix"),
    "assets:system": get("system", REGISTER),
    "assets:system_change": get("system", SECTION),
    "assets:system_life": get("system_life", OFFICE),
    "assets:log_new": get("system", SECTION),
    "assets:log_end": post("log", OFFICE),
    "assets:connection_new": get("system", {"central_manager"}),
    "assets:connection_change": get("connection", {"central_manager"}),
    "assets:connection_act": post("connection_act", OFFICE),
    "assets:development_new": get("system", SECTION),
    "assets:development": get("development", REGISTER),
    "assets:development_advance": post("development", OFFICE),
    "assets:development_stop": get("development", OFFICE),
    "assets:item_done": get("item", SECTION),
    "assets:item_waive": get("item", OFFICE),
    "assets:item_reopen": post("settled_item", OFFICE),
    "assets:device_list": get(),
    "assets:device_new": get(who=OF_A_SECTION),
    "assets:device_export": post("suffix"),
    "assets:device": get("device", REGISTER),
    "assets:device_change": get("device", SECTION),
    "assets:device_check": get("device", {"central_manager"}),
    "assets:device_act": post("device_act", OFFICE),
    "assets:ledgers": get(),
    "assets:ledger_list": get("ledger"),
    "assets:ledger_new": get("ledger", OF_A_SECTION),
    "assets:ledger_export": post("ledger_export"),
    "assets:ledger_entry": get("ledger_row", REGISTER),
    "assets:ledger_correct": get("ledger_row", SECTION),
    "assets:ledger_act": get("ledger_act", SECTION),
    "assets:import_new": get("ledger", OF_A_SECTION),
    "assets:import_blank": get("ledger"),
    "assets:import": get("taking", {"clerk"}),
    "assets:import_apply": post("taking", {"clerk"}),
    "assets:import_discard": post("taking", {"clerk"}),
    "assets:id_checks": get(who=ROUNDS),
    "assets:id_check_new": get(who=CENTRAL),
    "assets:id_check": get("id_check", ROUNDS),
    "assets:id_check_close": post("id_check", CENTRAL),
    "assets:id_reply": post("id_line", {"personnel"}, answer="in_use"),
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
REFUSED: dict[str, set[str] | str] = {
    **dict.fromkeys(("assets:system_change", "assets:device_change", "assets:log_new", "assets:development_new"), REGISTER - SECTION),
    **dict.fromkeys(("assets:item_done", "assets:ledger_correct", "assets:ledger_act"), REGISTER - SECTION),
    **dict.fromkeys(("assets:system_life", "assets:log_end", "assets:connection_act", "assets:device_act"), REGISTER - OFFICE),
    **dict.fromkeys(("assets:development_advance", "assets:development_stop"), REGISTER - OFFICE),
    **dict.fromkeys(("assets:item_waive", "assets:item_reopen"), REGISTER - OFFICE),
    **dict.fromkeys(("assets:connection_new", "assets:connection_change", "assets:device_check"), REGISTER - {"central_manager"}),
    **dict.fromkeys(("assets:id_check_new", "assets:id_check_close"), ROUNDS - CENTRAL),
    **dict.fromkeys(("assets:system_new", "assets:device_new", "assets:ledger_new", "assets:import_new"), EVERYONE),
    "assets:id_reply": ROUNDS - {"personnel"},
    "accounts:name_promoter": EVERYONE,
    "accounts:name_deputy": EVERYONE,
    "accounts:end_deputyship": EVERYONE,
    "accounts:settle_handover": {"promoter", "personnel", "administrator"},
    "parameters:choose": EVERYONE,
    "incidents:raise": {"clerk"},
    "incidents:acknowledge": CHAIN - {"section_officer"},
    "incidents:pass_on": CHAIN - {"section_officer"},
}
