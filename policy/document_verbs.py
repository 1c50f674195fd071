"""The words of regulations, the sections' documents and laws in the trail."""

DOCUMENT_VERBS = {
    "policy.regulation.kept_elsewhere": "規程・手順を別途保管として登録",
    "policy.regulation.brought_back": "規程・手順の別途保管を終了",
    "policy.section_document.begun": "文書を作成",
    "policy.section_document.described": "文書の情報を修正",
    "policy.section_document.reviewed": "文書を見直し、変更なしと登録",
    "policy.section_document.withdrawn": "文書を廃止",
    "policy.document_version.drafted": "文書の新しい版の案を作成",
    "policy.document_version.sent": "文書の版の承認を求めた",
    "policy.document_version.sent_back": "文書の版を案に戻した",
    "policy.document_version.approved": "文書の版を承認",
    "policy.document_version.came_into_force": "文書の版が施行された",
    "policy.document_version.discarded": "文書の版の案を取りやめ",
    "policy.reading_grant.given": "文書の閲覧を許可",
    "policy.reading_grant.ended": "文書の閲覧の許可を終了",
    "policy.reading_grant.confirmed": "異動した職員の閲覧を改めて許可",
    "policy.law.added": "法令を一覧に追加",
    "policy.law.described": "法令の情報を修正",
    "policy.law.checked": "法令の改正の有無を確認",
}

DOCUMENT_NAMES = {
    "confidentiality": "公開の範囲",
    "regulations": "満たす規程・手順",
    "review_on": "次の見直し日",
    "version": "版",
    "reader": "閲覧する者",
    "mark": "改定の要否",
    "next_check_on": "次に確かめる日",
}
