"""What is asked before somebody may enter the controlled area."""

from datetime import timedelta
from typing import Any

from .base import KindForm, PeopleField, choice, day, line, text, yes

LONGEST = 366


class AreaEntryForm(KindForm):
    """管理区域への入室許可: staff of the section, and people from outside by name."""

    area = line("入る管理区域", "例 電算室、媒体の保管庫")
    staff = PeopleField("入る職員", required=False)
    visitors = text(
        "入る外部の人", "1行に一人、「会社名 氏名」の形で書きます。入退室の記録と突き合わせるため、略さないでください。", required=False
    )
    purpose = text("入る目的と、することの内容", rows=2)
    starts_on = day("いつから")
    ends_on = day("いつまで", "必要な間だけにします。1年より長くはできません。")
    brings = line("持ち込むもの", "ないときは「なし」と書きます。")
    attended = choice("外部の人への立会い", [("staff", "職員が立ち会う"), ("none", "外部の人は入らない")])
    carries_proof = yes("入る人は全員、身分を示すものを持ち、求められたら見せます")

    def check(self, data: dict[str, Any]) -> None:
        if not data.get("staff") and not data.get("visitors"):
            self.add_error("staff", "入る職員か外部の人の、少なくとも一人を指定してください。")
        if data.get("visitors") and data.get("attended") == "none":
            self.add_error("attended", "外部の人が入るときは、職員の立会いが必要です。")
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends - starts > timedelta(days=LONGEST):
            self.add_error("ends_on", "期間は1年までです。続けるときは、もう一度申請してください。")
