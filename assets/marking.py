"""The class on everything that leaves the register: in the file's name and in its header (3.5.2.2)."""

from assets.classification import AssetClass


def marked(text: str, asset_class: int | None) -> str:
    """【分類Ⅰ】情報資産台帳; the text alone where nothing classified is in it."""
    return f"【{AssetClass(asset_class).label}】{text}" if asset_class else text
