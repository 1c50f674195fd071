"""The class on everything that leaves the register: in the file's name and in its header (3.5.2.2)."""

from dataclasses import dataclass

from assets.classification import AssetClass


@dataclass(frozen=True)
class Paper:
    """A file that leaves: its name with the class, its bytes, how many assets are in it, and the highest class of them."""

    name: str
    content: bytes
    count: int
    highest: AssetClass | None


def marked(text: str, asset_class: int | None) -> str:
    """【分類Ⅰ】情報資産台帳; the text alone where nothing classified is in it."""
    return f"【{AssetClass(asset_class).label}】{text}" if asset_class else text
