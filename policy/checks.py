"""What must be true of the catalogue of obligations before the portal starts."""

from django.core.checks import CheckMessage, Error, register

from policy.catalogue import OBLIGATIONS, rows_of
from policy.mechanisms import WORDS, is_well_formed


@register()
def obligations_name_known_mechanisms(app_configs=None, **kwargs) -> list[CheckMessage]:
    """policy.E001: a mechanism of no known family; policy.E002: one without a Japanese word, so that no app could keep it."""
    codes = sorted({row["mechanism"] for row in rows_of(OBLIGATIONS)})
    strange = [code for code in codes if not is_well_formed(code)]
    wordless = [code for code in codes if code not in WORDS and code not in strange]
    hint = "policy/mechanisms.py の FAMILIES と WORDS を確かめてください。"
    return [
        *(Error(f"義務の一覧に、種類の分からない仕組み「{code}」があります。", hint=hint, id="policy.E001") for code in strange),
        *(Error(f"義務の一覧の仕組み「{code}」に、日本語の名称がありません。", hint=hint, id="policy.E002") for code in wordless),
    ]
