"""What comes round, in one place: task name → when, and how it is called. Read by Celery beat through settings; nothing is imported.

Every task looks for what is due and not yet done, so a missed tick loses nothing; a tick nobody fetched in time is dropped.
A row of SCHEDULE has its words in WORDS, which administrators read at /jobs/health/; `manage.py check` names one without.
"""

from dataclasses import dataclass

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
        "trail.keep_head": {"schedule": crontab(minute=4), "options": HOURLY_OPTIONS},
        "policy.turn_day": {"schedule": crontab(minute=7), "options": HOURLY_OPTIONS},  # the first one of a day at 00:07
        "policy.remind_exceptions": {"schedule": crontab(minute=12), "options": HOURLY_OPTIONS},  # each word is sent once, by its key
        "audits.remind": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "duties.make_ahead": {"schedule": crontab(hour=1, minute=20), "options": {"expires": 12 * 3600}},
        "audits.follow_training": {"schedule": crontab(minute=35), "options": HOURLY_OPTIONS},  # each word once
        "duties.remind": {"schedule": crontab(minute=25), "options": HOURLY_OPTIONS},
        "audits.remind_of_inspections": {"schedule": crontab(minute=17), "options": HOURLY_OPTIONS},  # each word once
        "audits.follow_reviews": {"schedule": crontab(minute=19), "options": HOURLY_OPTIONS},  # what was missed is made up, each word once
        "audits.remind_of_findings": {"schedule": crontab(minute=18), "options": HOURLY_OPTIONS},  # each word once
        "dashboard.begin_monthly_report": {"schedule": crontab(minute=45), "options": HOURLY_OPTIONS},  # once a month, by itself
        "jobs.remove_outlived": {"schedule": crontab(minute=50), "options": HOURLY_OPTIONS},
        "files.sweep": {"schedule": crontab(minute=40), "options": HOURLY_OPTIONS},
        "backup.make": {"schedule": crontab(hour="2-5", minute=30), "options": HOURLY_OPTIONS},  # once a day, by itself
        "retention.tell": {"schedule": crontab(hour=7, minute=10), "options": {"expires": 12 * 3600}},
        "search.reindex": {"schedule": crontab(hour=3, minute=40), "options": {"expires": 12 * 3600}},
        "rounds.sweep": {"schedule": crontab(hour=3, minute=50), "options": {"expires": 12 * 3600}},
    }.items()
}


@dataclass(frozen=True)
class Words:
    """How a task is called and what it does, for administrators; `grace` is after how many minutes without it it is late."""

    title: str
    does: str
    grace: int = 30


EACH_MINUTE_GRACE = 5

WORDS = {
    "jobs.beat": Words("稼働の確認", "ワーカーが動いていることを記録します。", EACH_MINUTE_GRACE),
    "jobs.sweep": Words("処理の拾い直し", "届かなかった処理と、途中で止まった処理を送り直します。", EACH_MINUTE_GRACE),
    "notifications.send_urgent": Words("至急の通知", "至急の通知をメールで送ります。", EACH_MINUTE_GRACE),
    "notifications.send_digests": Words("一日分の通知", "一日分の通知を、一人一通にまとめてメールで送ります。"),
    "incidents.remind_overdue": Words("インシデントの催促", "期限を過ぎた連絡を、宛先とその上の人に知らせます。", EACH_MINUTE_GRACE),
    "incidents.remind_authorities": Words("関係機関への報告の催促", "報告の期限が近いこと、過ぎたことを知らせます。"),
    "incidents.remind_reports": Words("違反・相談の催促", "違反の記録と相談で、期限を過ぎたものを知らせます。"),
    "incidents.keep_net": Words("緊急連絡網の手入れ", "連絡網の変更と、確認の時期を知らせます。"),
    "incidents.remind_of_drill_tasks": Words("訓練の宿題の催促", "訓練で決めた改善の期限を知らせます。"),
    "incidents.remind_alerts": Words(
        "注意喚起・脆弱性・照会の催促", "読まれていない注意喚起、対応の済まない脆弱性、回答のない照会を知らせます。"
    ),
    "incidents.remind_of_tasks": Words("インシデントの措置の催促", "措置の期限を知らせ、終わった閲覧の許しを閉じます。"),
    "approvals.remind_overdue": Words("決定の催促", "期限を過ぎた承認・決定を知らせます。"),
    "approvals.expire_over": Words("許可の期間満了", "期間の終わった許可を満了にします。"),
    "approvals.remind_committee": Words("委員会の催促", "会議、議事録、周知・協議の期限を知らせます。"),
    "accounts.apply_due_changes": Words(
        "人事異動の適用", "発令日の異動を適用し、退職した人のログインを終え、なくなった課の人を承継先に移します。"
    ),
    "accounts.note_unused_ids": Words(
        "使われていない利用者IDの知らせ", "長くログインのない利用者IDがあることを、月に一度知らせます。", 24 * 60
    ),
    "assets.remind_moves": Words("持ち出しの催促", "返却の期限が近いもの、過ぎたものを知らせます。"),
    "assets.remind_registers": Words("台帳の催促", "システム、機器、台帳、契約などの期限を知らせます。", 120),
    "assets.take_stock": Words("棚卸", "時期になった棚卸を始め、済まない課に知らせます。"),
    "policy.apply_due_revisions": Words("改定の施行", "施行日になったポリシーの改定を施行します。"),
    "policy.remind_of_confirmation": Words("ポリシーの確認の催促", "改定を確認していない人に知らせます。"),
    "policy.turn_day": Words("文書の施行と見直し", "施行日になった課の文書を知らせ、見直しの時期を知らせます。"),
    "policy.remind_exceptions": Words("例外措置の催促", "終わりの近い例外措置、見直しの時期、緊急の措置の確認を知らせます。"),
    "duties.make_ahead": Words("定期業務の用意", "先の期限の定期業務を用意します。", 120),
    "duties.remind": Words("定期業務の催促", "期限の近い定期業務、過ぎた定期業務を知らせます。"),
    "audits.remind": Words("監査の催促", "監査の各段階の期限を知らせます。"),
    "audits.remind_of_findings": Words("指摘の催促", "指摘への改善の期限を知らせます。"),
    "audits.remind_of_inspections": Words("自己点検の催促", "自己点検の回答と改善の期限を知らせます。"),
    "audits.follow_training": Words("研修の対象者と催促", "研修の対象者を職員に合わせ、受けていない人に知らせます。"),
    "audits.follow_reviews": Words("ポリシーの見直しの後追い", "議決を見直しに反映し、期限を知らせます。"),
    "trail.seal_readings": Words("閲覧の記録の封印", "閲覧の記録を証跡につなぎます。"),
    "trail.keep_head": Words("証跡の先頭の控え", "設定 TRAIL_HEAD_FILE のファイルに、証跡の先頭を控えます。"),
    "dashboard.begin_monthly_report": Words("月次報告書の作成", "月の初めに、前の月の報告書を作り始めます。", 120),
    "jobs.remove_outlived": Words("古い結果の片付け", "保存期間の過ぎた、作成済みのファイルを消します。", 120),
    "files.sweep": Words("添付ファイルの片付け", "登録の残っていない添付ファイルの中身を消します。"),
    "backup.make": Words("控え（バックアップ）", "設定 BACKUP_DIR に、その日の控えを作ります。", 120),
    "retention.tell": Words("保存年限の知らせ", "保存年限の過ぎた記録があることを、年度に一度、所管に知らせます。", 120),
    "search.reindex": Words("検索の手入れ", "まとめて登録したものを、検索で見つかるようにします。", 120),
    "rounds.sweep": Words("実行の記録の片付け", "定時の処理の、古い実行の記録を消します。", 120),
}
ON_DEMAND = {"jobs.run"}  # tasks that somebody's act sends, and no clock
