"""The words of the bad day in the trail."""

VERBS = {
    "incidents.contact.confirmed": "自分の連絡先を確認",
    "incidents.contact.forgotten": "連絡網から外れた人の連絡先を削除",
    "incidents.outside_contact.added": "庁外の連絡先を追加",
    "incidents.outside_contact.changed": "庁外の連絡先を直した",
    "incidents.contact_net.printed": "緊急連絡網を紙にした",
    "incidents.contact_net.checked": "緊急連絡網を確かめた",
    "incidents.plan.drafted": "計画の新しい版を作り始めた",
    "incidents.plan.written": "計画の案を書いた",
    "incidents.plan.submitted": "計画の承認を求めた",
    "incidents.plan.returned": "計画を差し戻した",
    "incidents.plan.approved": "計画を承認",
    "incidents.plan.discarded": "計画の案を取りやめ",
    "incidents.plan.reviewed": "計画を見直した",
}

NAMES = {
    "number_changed": "番号の変更",
    "number_given": "番号の登録",
    "outside_name": "庁外の連絡先",
    "in_use": "使う",
    "on_day": "基準日",
    "open_points": "残っていること",
}
