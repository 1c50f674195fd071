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
PREPARING = {"central_manager", "administrator"}
# Who answers for others' confirmation: chiefs of sections, heads of divisions, the roles of the whole city.
CHIEFS = PREPARING | {"section_officer", "division_officer", "general_manager", "ciso", "personnel", "member", "outsider_officer"}
HANDLERS = {"central_manager", "general_manager", "administrator"}
CONSENTING = {"division_officer", "central_manager", "general_manager", "ciso"}
SEERS = {"clerk", "section_officer", *CONSENTING}  # of a request of the section: its people, its chiefs, the wide roles
DUTIES = {"central_manager", "administrator"}
# Who sees an occurrence of 市民課: the section, the division above it, and those who see all.
LINE = {"clerk", "colleague", "section_officer", "division_officer", "central_manager", "general_manager", "ciso", "administrator"}
# Who sees the register of 市民課: its staff and division, and the wide roles. (The promoter has moved on in the world.)
SECTION = {"clerk", "colleague", "section_officer"}
WORKERS = SECTION | {
    "central_manager",
    "promoter",
    "auditor",
    "personnel",
    "secretary",
    "administrator",
    "outsider_clerk",
    "outsider_officer",
}
CARRIERS = {"clerk", "section_officer"}  # of a move of the world: who carries it, and the chief
REGISTER = SECTION | {"division_officer", "ciso", "general_manager", "central_manager"}

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
    "policy:comparison": get("draft_text", PREPARING),
    "policy:comparison_export": post("table", PREPARING),
    "policy:comparison_paper": post("draft_text", PREPARING),
    "policy:compare": post("draft_text", PREPARING),
    "policy:reviews": get("draft_text", PREPARING),
    "policy:review": get("review", PREPARING),
    "policy:decide": post("decision", PREPARING),
    "policy:keep_all": post("review", PREPARING),
    "policy:add_review": post("review", PREPARING),
    "policy:propose": get("draft_text", PREPARING),
    "policy:discard": post("draft_text", PREPARING),
    "policy:ask_confirmation": post("revision", PREPARING),
    "policy:confirmation": get(),
    "policy:confirm": post("round"),
    "policy:confirmation_progress": get(who=CHIEFS),
    "policy:confirmation_export": post("suffix", CHIEFS),
    "approvals:list": get(),
    "approvals:desk": get("request_scope"),
    "approvals:export": post("request_export"),
    "approvals:begin": get(),
    "approvals:start": post("request_type"),
    "approvals:types": get(),
    "approvals:type": get("request_type"),
    "approvals:propose": get("request_type", HANDLERS),
    "approvals:confirm_route": post("route", HANDLERS - {"central_manager"}),
    "approvals:reject_route": post("route", HANDLERS),
    "approvals:verify": get(),
    "approvals:detail": get("request", SEERS),
    "approvals:draft": get("request_draft", {"clerk"}),
    "approvals:autosave": post("request_draft", {"clerk"}),
    "approvals:review": get("request_draft", {"clerk"}),
    "approvals:prepare": post("request_draft", {"clerk"}),
    "approvals:discard": post("request_draft", {"clerk"}),
    "approvals:submit": post("prepared", HEAD),
    "approvals:hand_back": post("prepared", HEAD, **{"back-reason": "試験"}),
    "approvals:decide": post("request", HEAD, digest="0", outcome="return", comment="試験"),
    "approvals:oral": get("request", SEERS - {"clerk"}),
    "approvals:ask_waiver": get("request", {"clerk"}),
    "approvals:withdraw": post("request", {"clerk"}),
    "approvals:comment": post("request", SEERS, **{"comment-text": "試験"}),
    "approvals:recall": get("running", HEAD),
    "approvals:complete": post("running", {"clerk"}),
    "approvals:permit": post("running", SEERS),
    "approvals:confirm_oral": post("oral_decision", HEAD),
    "approvals:deny_oral": get("oral_decision", HEAD),
    "approvals:read_afterwards": post("deputised", HEAD),
    "approvals:answer_waiver": post("waiver", CONSENTING, answer="decline"),
    "approvals:see_waiver": post("granted", {"ciso"}),
    "duties:list": get(),
    "duties:tab": get("tab"),
    "duties:month": get("month"),
    "duties:export": post("suffix"),
    "duties:occurrence": get("occurrence", LINE),
    "duties:complete": post("occurrence", HEAD, note="異常なし"),
    "duties:move": get("occurrence", HEAD),
    "duties:skip": get("occurrence", HEAD),
    "duties:reopen": get("done_occurrence", HEAD),
    "duties:hand_over": get("occurrence", HEAD),
    "duties:take_back": post("occurrence", HEAD),
    "duties:duties": get(),
    "duties:duty": get("duty"),
    "duties:set_up": get(who=DUTIES),
    "duties:change": get("duty", DUTIES),
    "duties:stop": post("duty", DUTIES),
    "duties:resume": post("duty", DUTIES),
    "assets:asset_list": get(),
    "assets:asset_add": get(who=WORKERS),
    "assets:asset": get("asset", REGISTER),
    "assets:asset_edit": get("asset", SECTION),
    "assets:asset_reclassify": get("asset", SECTION),
    "assets:asset_permit": get("asset", HEAD),
    "assets:asset_permission_end": post("permission", HEAD),
    "assets:asset_lost": post("asset", SECTION),
    "assets:asset_found": post("lost_asset", SECTION),
    "assets:asset_begin": post("asset_begin", REGISTER),
    "assets:things_begin": post("things_begin"),
    "assets:outside": get(),
    "assets:outside_export": post("suffix"),
    "assets:move_list": get(),
    "assets:move": get("move", REGISTER),
    "assets:move_act": post("move_act", CARRIERS),
    "assets:move_arrive": post("move_out", CARRIERS, receiver="試験"),
    "assets:move_settle": post("move_lost", HEAD, reason="試験"),
    "assets:disposal_list": get(),
    "assets:disposal": get("disposal", REGISTER),
    "assets:disposal_record": get("disposal", SECTION),
    "assets:disposal_give_up": get("disposal", SECTION),
    "assets:asset_together": post(),
    "assets:asset_labels": post(),
    "assets:asset_export": post("suffix"),
    "assets:import_list": get(),
    "assets:import_start": get(who=WORKERS),
    "assets:import": get("imported", REGISTER - {"division_officer"}),
    "assets:import_map": get("imported", REGISTER - {"division_officer"}),
    "assets:import_apply": post("imported", SECTION | {"central_manager"}),
    "assets:import_errors": post("imported", REGISTER - {"division_officer"}),
    "assets:import_undo": post("imported", REGISTER - {"division_officer"}),
    "assets:import_discard": post("imported", SECTION | {"central_manager"}),
    "assets:stock_take_list": get(),
    "assets:stock_take_open": get(who={"central_manager"}),
    "assets:stock_take": get("stock_take"),
    "assets:stock_take_section": get("stock_sheet", REGISTER),
    "assets:stock_take_confirm": post("stock_sheet", SECTION),
    "assets:stock_take_lost": post("stock_line", SECTION),
    "assets:stock_take_close": post("stock_sheet", HEAD),
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
    "accounts:name_promoter": EVERYONE,
    "accounts:name_deputy": EVERYONE,
    "accounts:end_deputyship": EVERYONE,
    "accounts:settle_handover": {"promoter", "personnel", "administrator"},
    "policy:ask_confirmation": EVERYONE,
    "parameters:choose": EVERYONE,
    "approvals:propose": EVERYONE,
    "approvals:confirm_route": EVERYONE,
    "approvals:reject_route": EVERYONE,
    "approvals:submit": SEERS - HEAD,
    "approvals:hand_back": SEERS - HEAD,
    "approvals:decide": SEERS - HEAD,
    "approvals:oral": {"clerk"},
    "approvals:ask_waiver": SEERS - {"clerk"},
    "approvals:withdraw": SEERS - {"clerk"},
    "approvals:recall": SEERS - HEAD,
    "approvals:complete": SEERS - {"clerk"},
    "approvals:confirm_oral": SEERS - HEAD,
    "approvals:deny_oral": SEERS - HEAD,
    "approvals:read_afterwards": (SEERS - HEAD) | {"colleague"},
    "approvals:answer_waiver": HEAD,
    "approvals:see_waiver": (CONSENTING | HEAD) - {"ciso"},
    **dict.fromkeys(
        ("duties:complete", "duties:move", "duties:skip", "duties:reopen", "duties:hand_over", "duties:take_back"), LINE - HEAD
    ),
    **dict.fromkeys(("duties:set_up", "duties:change", "duties:stop", "duties:resume"), EVERYONE),
    "assets:asset_edit": REGISTER - SECTION,
    "assets:asset_reclassify": REGISTER - SECTION,
    "assets:asset_permit": REGISTER - HEAD,
    "assets:asset_permission_end": REGISTER - HEAD,
    "assets:asset_lost": REGISTER - SECTION,
    "assets:move_act": REGISTER - CARRIERS,
    "assets:move_arrive": REGISTER - CARRIERS,
    "assets:move_settle": REGISTER - HEAD,
    "assets:disposal_record": REGISTER - SECTION,
    "assets:disposal_give_up": REGISTER - SECTION,
    "assets:asset_found": REGISTER - SECTION,
    "assets:import_discard": REGISTER - {"division_officer"} - SECTION - {"central_manager"},
    "assets:stock_take_open": EVERYONE,
    "assets:stock_take_confirm": REGISTER - SECTION,
    "assets:stock_take_lost": REGISTER - SECTION,
    "assets:stock_take_close": REGISTER - HEAD,
    "incidents:raise": {"clerk"},
    "incidents:acknowledge": CHAIN - {"section_officer"},
    "incidents:pass_on": CHAIN - {"section_officer"},
}
