"""The words of this app in the trail."""

VERBS = {
    "duties.duty.set_up": "定期業務を定めた",
    "duties.duty.changed": "定期業務の定めを変更",
    "duties.duty.stopped": "定期業務を停止",
    "duties.duty.resumed": "定期業務を再開",
    "duties.duty.planned": "これからの期限を用意",
    "duties.occurrence.called": "できごとにより業務を起こした",
    "duties.occurrence.done": "実施を記録",
    "duties.occurrence.moved": "期限を変更",
    "duties.occurrence.skipped": "実施しないことにした",
    "duties.occurrence.reopened": "実施前に戻した",
    "duties.occurrence.handed": "担当する人を決めた",
    "duties.occurrence.taken_back": "担当する人の指定をやめた",
}

NAMES = {
    "duty": "定期業務",
    "duty_owner": "担当の役割",
    "duty_event": "できごと",
    "interval": "周期",
    "due_on": "期限",
    "due_was": "変更前の期限",
    "handed_to": "担当する人",
    "rounds_made": "用意した回数",
    "rounds_dropped": "取りやめた回数",
    "changed_columns": "変えた項目",
    "evidence_files": "添付した記録の数",
}
