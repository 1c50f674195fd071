"""What is asked before somebody gets an ID, a privilege or an authority, and when it is no longer needed."""

from typing import Any

from .base import DoneForm, KindForm, StaffField, SystemField, choice, day, line, text, yes

KINDS = [("normal", "通常"), ("development", "開発用"), ("contractor", "委託事業者用")]

REMOVALS = [
    ("transfer", "異動"),
    ("leave", "退職・出向"),
    ("duty", "仕事が変わった"),
    ("contract", "委託の終わり"),
    ("other", "そのほか"),
]


class HolderForm(KindForm):
    """Whose it is: a member of staff of the section, or somebody from outside by name."""

    person = StaffField("使う職員", required=False)
    outsider = line("職員でない使用者", "委託事業者などの、会社名と氏名", required=False)

    def check(self, data: dict[str, Any]) -> None:
        if "person" not in self.errors and bool(data.get("person")) == bool(data.get("outsider")):
            self.add_error("person", "使う職員か、職員でない使用者の、どちらか一方を指定してください。")


class UserIdForm(HolderForm):
    """利用者IDの登録・変更."""

    field_order = ("act", "system", "person", "outsider")
    act = choice("何をしますか", [("register", "新しく登録する"), ("change", "権限などを変える")])
    system = SystemField()
    kind = choice("IDの区分", [row for row in KINDS if row[0] != "development"])
    login_id = line("いまのID", "変えるときだけ書きます。新しいIDは、登録した人が記録します。", required=False)
    rights = line("必要な権限", "仕事に必要な最小限にします。例 照会だけ、住民票の発行")
    reason = text("必要な理由", rows=2)
    starts_on = day("いつから")
    ends_on = day("いつまで", "期間の決まった利用（委託事業者、会計年度任用職員など）では必ず書きます。", required=False)

    def check(self, data: dict[str, Any]) -> None:
        super().check(data)
        if data.get("act") == "change":
            self.need(data, "login_id", "変えるIDを書いてください。")
        if data.get("kind") == "contractor":
            self.need(data, "ends_on", "委託事業者用のIDには、終わりの日を入力してください。")


class RegisteredForm(DoneForm):
    """What the ledger of IDs takes over."""

    field_order = ("done_on", "login_id", "note")
    done_on = day("登録・変更した日")
    login_id = line("登録・変更したID", "パスワードは書きません。")


class UserIdRemovalForm(HolderForm):
    """利用者IDの抹消の届出."""

    field_order = ("system", "login_id", "person", "outsider")
    system = SystemField()
    login_id = line("消すID", "分からないときは「不明」と書きます。")
    reason = choice("要らなくなった理由", REMOVALS)
    needed_until = day("最後に使う日", "この日のあと、使えなくします。")


class RemovedForm(DoneForm):
    """The ID works no more."""

    field_order = ("done_on", "is_removed", "note")
    done_on = day("抹消した日")
    is_removed = yes("このIDで使えなくなったことを確かめました")


class PrivilegeDeputyForm(KindForm):
    """特権代行者の指名."""

    system = SystemField()
    person = StaffField("代行する職員")
    login_id = line("使うID", "代行者ごとに別のIDにします。")
    reason = text("代行が必要な理由", rows=2)
    scope = line("代行する範囲", "例 休日の障害のときの再起動")
    starts_on = day("いつから")
    ends_on = day("いつまで")
    is_fit = yes("特権を適切に扱うための知識があり、役割を本人に説明しました")


class AntimalwareAuthorityForm(KindForm):
    """対策ソフト設定変更権限の付与."""

    person = StaffField("権限を渡す職員")
    software = line("対策ソフト", "製品名と、入っている端末・サーバ")
    scope = line("変えてよい設定の範囲", "例 検査から外すフォルダの追加")
    reason = text("必要な理由", rows=2)
    starts_on = day("いつから")
    ends_on = day("いつまで")


class AuthorityBackForm(DoneForm):
    """The authority is taken back."""

    field_order = ("done_on", "is_back", "note")
    done_on = day("権限を外した日")
    is_back = yes("権限が外れたことを、設定の画面で確かめました")


class ClosedForm(DoneForm):
    """What was open to the outside is closed."""

    field_order = ("done_on", "is_closed", "note")
    done_on = day("使い終えた日")
    is_closed = yes("情報を消し、使えなくなったことを確かめました")
