"""The one scale of clause 3.5.1: Ⅰ is the highest class, so 「Ⅱ以上」 means rank 2 or smaller (defects.md 6)."""

from django.db import models


class AssetClass(models.IntegerChoices):
    """Rank in the printed table; the label is what people see."""

    I = 1, "分類Ⅰ"  # noqa: E741  the policy's own name of the class
    II = 2, "分類Ⅱ"
    III = 3, "分類Ⅲ"
    IV = 4, "分類Ⅳ"

    @property
    def is_important(self) -> bool:
        """重要な情報資産（分類Ⅱ以上）: classes Ⅰ and Ⅱ."""
        return self <= AssetClass.II


# What the classes mean, in words for the person who must choose one (3.5.1).
MEANINGS = {
    AssetClass.I: "個人情報や、限られた人だけが扱う情報",
    AssetClass.II: "公開する予定のない情報",
    AssetClass.III: "公開しているが、業務上重要な情報",
    AssetClass.IV: "それ以外の情報",
}
