"""The pages of the help, in the order a new member of staff needs them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HelpPage:
    """One page: templates/help/<slug>.html."""

    slug: str
    title: str
    summary: str
    icon: str


PAGES = (
    HelpPage("first-steps", "はじめに", "画面の見かたと、最初に確かめること", "info"),
    HelpPage("log-in", "ログインで困ったとき", "パスワードを忘れた、ロックされた、時間切れになった", "key"),
    HelpPage("second-factor", "もう一つの確認方法", "確認アプリとパスキーの登録、機器をなくしたとき、共用の端末", "key"),
    HelpPage("report", "インシデントを報告する", "紛失、誤送信、不審なメールなどに気づいたとき", "alert"),
    HelpPage("who-sees", "報告はだれが見るか", "報告の届く先と、見ることができる人", "people"),
    HelpPage("request", "申請する・決定する", "持ち出しや接続などの許可を求めるとき、許可を求められたとき", "stamp"),
    HelpPage("exceptions", "例外措置", "条項のとおりにできないときの申請、延長、完了の報告", "checklist"),
    HelpPage("assets", "情報資産台帳の使いかた", "登録、分類、取込み、ラベル、毎年の棚卸", "box"),
    HelpPage("reports", "報告書を作る", "A4の報告書や一覧の作りかた、取消、受け取れる期間", "file"),
    HelpPage("disclosure", "黒塗りの写し", "情報公開の請求に、公にできない部分を隠して写しを作る", "file"),
    HelpPage("retention", "保存年限と廃棄", "保存年限の過ぎた記録を、決定と立会いのうえで廃棄する", "file"),
    HelpPage("year-turn", "年度替", "年度の終わりから始まりまでに行うことと、その順番", "calendar"),
    HelpPage("reorganisation", "機構改革", "部や課、職が変わる年の手順と日程、仕事や人の移りかた", "people"),
    HelpPage("tables", "一覧を表で受け取る", "ExcelやCSVへの出力、パスワードの付く表、記録", "file"),
    HelpPage("inbox", "受信箱の使いかた", "自分を待っている仕事と、お知らせの読みかた", "inbox"),
    HelpPage("search", "検索の使いかた", "言葉や番号から、見たいものを探す", "search"),
    HelpPage("confirmation", "ポリシーの確認", "ポリシーが改定されたとき、読んで確認する", "book"),
    HelpPage("absence", "不在と代理", "出張や休暇のあいだの仕事を止めないために", "away"),
)


def find(slug: str) -> HelpPage | None:
    """The page of that name, or None."""
    return next((page for page in PAGES if page.slug == slug), None)
