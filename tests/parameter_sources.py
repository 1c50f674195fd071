"""Where the gaps of the catalogue come from: each line of the founders' lists with the codes that answer it.

A line is named by its matter, in the order of the list; a gap that one parameter fills stands under every line it answers.
"""

DEFAULTS = {
    "working hours": ["portal.working_hours"],
    "incident: acknowledge, pass on, 総括, CISO, triage; grave by the clock": [
        "incidents.acknowledge_minutes",
        "incidents.pass_on_minutes",
        "incidents.to_general_minutes",
        "incidents.to_ciso_minutes",
        "incidents.committee_to_ciso_minutes",
        "incidents.triage_minutes",
        "incidents.grave_clock",
    ],
    "incident: first report, cause, prevention, confirmation": [
        "incidents.first_report_working_days",
        "incidents.cause_days",
        "incidents.prevention_days",
        "incidents.confirmation_days",
    ],
    "個人情報保護委員会": [
        "incidents.privacy_prompt_days",
        "incidents.privacy_prompt_latest_days",
        "incidents.privacy_final_days",
        "incidents.privacy_final_wrongful_days",
        "incidents.privacy_day_one",
        "incidents.privacy_final_on_closing_day",
    ],
    "a request's step": ["approvals.step_working_days", "approvals.remind_daily", "approvals.escalate_working_days"],
    "return of things taken out": [
        "approvals.return_remind_days_before",
        "approvals.return_remind_on_day",
        "approvals.return_remind_every_days",
        "approvals.return_tell_officer_after_days",
    ],
    "exception": ["exceptions.longest_run", "exceptions.review_months"],
    "finding": ["audits.finding_plan_days", "audits.finding_done_days", "audits.finding_grave_done_days"],
    "self-inspection": [
        "audits.self_inspection_months",
        "audits.self_inspection_remind_before",
        "audits.self_inspection_remind_after",
    ],
    "training, new staff, drill": ["duties.training_months", "duties.new_staff_training_months", "duties.drill_months"],
    "log inspection, backups, tamper check, patterns": [
        "duties.log_inspection_every_months",
        "duties.backup_every_months",
        "duties.tamper_check_every_months",
        "duties.patterns_every_months",
    ],
    "unused IDs": ["duties.unused_ids_months"],
    "off-site equipment": ["duties.off_site_equipment_every_months"],
    "external services, contractors, compliance check, risk, ICT-BCP": [
        "duties.external_services_every_months",
        "duties.contractors_every_months",
        "duties.compliance_check_every_months",
        "duties.risk_assessment_every_months",
        "duties.bcp_review_every_months",
    ],
    "emergency contact list": ["duties.contact_list_days", "duties.contact_list_on_personnel_change"],
    "policy review": ["policy.review_months"],
    "register check": ["duties.register_check_months"],
    "session and lock": [
        "portal.session_idle_minutes",
        "portal.session_absolute_hours",
        "portal.login_failure_limit",
        "portal.login_lock_minutes",
    ],
    "attachment": ["portal.attachment_megabytes", "portal.record_megabytes"],
    "kept": [
        "retention.counted_from",
        "retention.requests_years",
        "retention.incidents_years",
        "retention.audits_years",
        "retention.registers_years",
        "retention.trail_years",
    ],
}

# Each row of the table of inconsistencies, by the lines of the text it speaks of.
INCONSISTENCIES = {
    "345/373/379/385/1415": ["organisation.many_hats"],
    "1401, 1419, 421-422 vs 1415": ["audits.head_conflict"],
    "357 vs 391-393": ["approvals.own_section_of_central_manager"],
    "1266, 1318-1322, 1369, 1515": ["routes.external_service", "routes.external_service_light"],
    "692-694": ["incidents.emergency_meeting_members"],
    "379, 411, 415-416, 1463, 1493": ["committee.secretariat"],
    "115, 263 / 353 / 369": ["policy.procedure_owner"],
    "369 / 1144 / 1160": ["policy.bcp_owner"],
    "1136 / 1208 / 1124": ["incidents.violation_recipients"],
    "397, 690 / 389 / 351 / 411, 694": ["incidents.parallel_lines"],
    "346-347, 367": [
        "organisation.deputy_general_manager",
        "organisation.deputy_section_officer",
        "approvals.general_manager_absent",
    ],
    "351 / 694": ["incidents.meeting_convened"],
    "475, 480, 487, 646, 520": ["approvals.one_errand"],
    "485 / 486": ["assets.encryption_by_act"],
    "473 / 474": ["assets.important_rank"],
    "428 vs 431-434": ["assets.cia_fields"],
    "1272, 1274, 1292, 1304": ["assets.classification_words"],
    "173 / 193-197 / 341 / 446": ["assets.kinds"],
    "322, 327": ["assets.computer_groups"],
    "187 vs 322": ["policy.scope_of_standards"],
    "109": ["organisation.staff_categories"],
    "516, 235 / 622": ["assets.multi_factor"],
    "672, 1391, 1393, 1226, 1389, 1485, 1489": [
        "duties.new_staff_training_owner",
        "assets.sns_owner_named_by",
        "incidents.sns_hijack_owner",
        "assets.contract_owner",
        "assets.sns_posting",
        "audits.risk_owner",
    ],
    "771, 980→979, 1032, 571": [
        "retention.system_logs_years",
        "retention.test_results_years",
        "duties.patterns_every_months",
        "duties.off_site_equipment_every_months",
    ],
    "273": ["policy.terms"],
    "1471": ["audits.inspected_divisions"],
    "1446 / 1452": ["audits.custody"],
    "1401, 1403": ["organisation.security_section"],
    "1595 vs 783": ["policy.filtering"],
    "1541 vs 1144": ["incidents.types"],
    "106, 1194, 803": ["policy.privacy_ordinance"],
    "415": ["incidents.law_reports"],
    "265": ["policy.procedure_readers"],
    "1418-1433": ["audits.january", "audits.survey_remind_before", "audits.answer_remind_days"],
}

# Each *default* of the two lists of who decides and who tells whom.
REQUESTS = {
    "the CISO's own request": ["approvals.ciso_own_request"],
    "a body without 部": ["approvals.body_without_division"],
    "an absent 総括管理者, for permits": ["approvals.general_manager_absent"],
    "media-dispatch": ["routes.media_dispatch"],
    "off-site-copy": ["routes.off_site_copy"],
    "publication": ["routes.publication"],
    "area-entry": ["routes.area_entry"],
    "byod": ["approvals.byod_ruling"],
    "web-conference": ["routes.web_conference"],
    "user-id": ["routes.user_id"],
    "external-service": ["routes.external_service"],
    "external-service-light": ["routes.external_service_light"],
    "social-media": ["routes.social_media"],
    "audit-plan": ["routes.audit_plan"],
    "device-survey": ["approvals.device_survey_tells_ciso"],
}
CHAINS = {
    "総括管理者 absent": ["organisation.deputy_general_manager"],
    "監査総括責任者 absent": ["organisation.deputy_audit_head"],
    "中央管理者 absent": ["organisation.deputy_central_manager"],
    "committee: nobody there": ["committee.nobody_there"],
    "総括担当者 absent": ["organisation.deputy_division_officer"],
    "担当者 absent": ["organisation.deputy_section_officer"],
    "committee: secretariat": ["committee.secretariat"],
    "step 5: which meeting": ["incidents.meeting_convened"],
    "owner of the ICT-BCP": ["policy.bcp_owner"],
}

# What the engines of the portal need and no list names.
ENGINES = {
    "committee": ["committee.quorum_percent", "committee.written_allowed"],
    "response to incidents": ["incidents.measures_minutes"],
    "duties": ["duties.remind_days_before", "duties.remind_every_days", "duties.escalate_after_days"],
    "confirmation of a revision": [
        "policy.confirmation_days",
        "policy.confirmation_remind_before",
        "policy.confirmation_remind_after",
    ],
    "documents": ["policy.document_review_months", "routes.document_version"],
    "measures outside the portal": ["duties.measure_confirmation_months"],
    "a revision of the policy": ["routes.policy_revision"],
    "notices": ["notifications.digest_hour"],
}

SOURCES = {"defaults": DEFAULTS, "inconsistencies": INCONSISTENCIES, "requests": REQUESTS, "chains": CHAINS, "engines": ENGINES}
