"""The words of the room in the trail."""

VERBS = {
    "audits.training_course.made": "研修を作成",
    "audits.training_course.changed": "研修を変更",
    "audits.training_course.questions_changed": "研修のテストの問題を変更",
    "audits.training_course.retired": "研修を使わないことにした",
    "audits.training_course.revived": "研修をまた使うことにした",
    "audits.training_session.prepared": "研修の回を準備",
    "audits.training_session.changed": "研修の回を変更",
    "audits.training_session.opened": "研修を案内",
    "audits.training_session.rescheduled": "研修の日時・場所を変更",
    "audits.training_session.aligned": "異動に合わせて研修の対象を更新",
    "audits.training_session.entered": "研修の出席を記録",
    "audits.training_session.closed": "研修の回を終了",
    "audits.training_session.reopened": "研修の回を案内中に戻した",
    "audits.training_session.cancelled": "研修の回を中止",
    "audits.attendance.attended": "受講を記録",
    "audits.attendance.tested": "研修のテストを受けた",
    "audits.attendance.excused": "研修の対象外とした",
    "audits.attendance.put_back": "受講の記録を未受講に戻した",
    "audits.attendance.try_granted": "テストの追加を認めた",
}

NAMES = {
    "course_kind": "研修の区分",
    "course": "研修",
    "added": "加わった人数",
    "released": "外れた人数",
    "missing": "まだの人数",
}
