"""What comes round, in one place: task name → when. Read by Celery beat through settings; names are text, nothing is imported.

Every task looks for what is due and not yet done, so a missed tick loses nothing; a tick nobody fetched in time is dropped.
"""

from celery.schedules import crontab

EACH_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
HOURLY_OPTIONS = {"expires": 3300}

SCHEDULE = {
    name: {"task": name, **when}
    for name, when in {
        "jobs.beat": EACH_MINUTE,
        "jobs.sweep": EACH_MINUTE,
        "notifications.send_urgent": EACH_MINUTE,
        "incidents.remind_overdue": EACH_MINUTE,
        "incidents.remind_authorities": {"schedule": crontab(minute=17), "options": HOURLY_OPTIONS},  # each word once
        "incidents.remind_reports": {"schedule": crontab(minute="*/10"), "options": {"expires": 540}},  # each word once
        "incidents.keep_net": {"schedule": crontab(minute=17), "options": HOURLY_OPTIONS},  # each word once
        "incidents.remind_of_drill_tasks": {"schedule": crontab(minute=19), "options": HOURLY_OPTIONS},  # each word once
        "incidents.remind_alerts": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "incidents.remind_of_tasks": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "approvals.remind_overdue": {"schedule": crontab(minute="*/10"), "options": {"expires": 540}},
        "approvals.expire_over": {"schedule": crontab(minute=7), "options": HOURLY_OPTIONS},  # the first one of a day at 00:07
        "notifications.send_digests": {"schedule": crontab(minute="*/10"), "options": {"expires": 540}},  # once a day and person, by itself
        "accounts.apply_due_changes": {"schedule": crontab(minute=5), "options": HOURLY_OPTIONS},  # the first one of a day at 00:05
        "accounts.note_unused_ids": {"schedule": crontab(hour="9-16", minute=10), "options": HOURLY_OPTIONS},  # once a month, by itself
        "assets.remind_moves": {"schedule": crontab(minute=27), "options": HOURLY_OPTIONS},  # each word once
        "assets.remind_registers": {"schedule": crontab(hour=7, minute=20), "options": HOURLY_OPTIONS},
        "policy.apply_due_revisions": {"schedule": crontab(minute=6), "options": HOURLY_OPTIONS},  # the first one of a day at 00:06
        "policy.remind_of_confirmation": {"schedule": crontab(minute=15), "options": HOURLY_OPTIONS},  # each word once
        "approvals.remind_committee": {"schedule": crontab(minute=25), "options": HOURLY_OPTIONS},
        "assets.take_stock": {"schedule": crontab(minute=20), "options": HOURLY_OPTIONS},  # each begins and reminds once
        "trail.seal_readings": {"schedule": crontab(minute=2), "options": HOURLY_OPTIONS},
        "policy.turn_day": {"schedule": crontab(minute=7), "options": HOURLY_OPTIONS},  # the first one of a day at 00:07
        "policy.remind_exceptions": {"schedule": crontab(minute=12), "options": HOURLY_OPTIONS},  # each word is sent once, by its key
        "audits.remind": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "duties.make_ahead": {"schedule": crontab(hour=1, minute=20), "options": {"expires": 12 * 3600}},
        "audits.follow_training": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "duties.remind": {"schedule": crontab(minute=25), "options": HOURLY_OPTIONS},
        "audits.remind_of_inspections": {"schedule": crontab(minute=17), "options": HOURLY_OPTIONS},  # each word once
        "audits.follow_reviews": {"schedule": crontab(minute=19), "options": HOURLY_OPTIONS},  # what was missed is made up, each word once
        "audits.remind_of_findings": {"schedule": crontab(minute=18), "options": HOURLY_OPTIONS},  # each word once
        "files.sweep": {"schedule": crontab(minute=40), "options": HOURLY_OPTIONS},
    }.items()
}
