"""Originals and media of the rows of a table: named by the number here or the former one, in the register or in the same table."""

from typing import TYPE_CHECKING

from assets.models.asset import Asset

if TYPE_CHECKING:
    from .plan import Draft

LINKS = {"copy_of": "複製の元", "contained_in": "入っている媒体"}


def resolve(drafts: "list[Draft]") -> None:
    """Turn the words into targets (an Asset or another Draft) on `draft.links`, or say why not; one query where any row has a link."""
    asked = [draft for draft in drafts if draft.department and any(name in draft.values for name in LINKS)]
    if asked:
        targets = _targets(drafts)
        for draft in asked:
            for name in LINKS:
                if word := draft.values.pop(name, ""):
                    _link(draft, name, word, targets)
        for draft in asked:
            _agree(draft)
    for draft in drafts:  # rows whose section is unknown keep no link
        for name in LINKS:
            draft.values.pop(name, None)
    _refuse_followers(asked)


def _targets(drafts: "list[Draft]") -> dict:
    sections = {draft.department.pk for draft in drafts if draft.department}
    found: dict = {draft.former: draft for draft in drafts if draft.department and draft.former[1]}
    for asset in Asset.objects.kept().filter(department__in=sections).order_by():
        for word in filter(None, (asset.number, asset.former_number)):
            found[(asset.department_id, word)] = asset
    return found


def _link(draft: "Draft", name: str, word: str, targets: dict) -> None:
    target = targets.get((draft.department.pk, word))
    if target is None:
        draft.problems.append(f"{LINKS[name]}「{word[:40]}」が、課の台帳にもこの表にもありません。")
    elif target is draft:
        draft.problems.append(f"{LINKS[name]}に、この行自身が書かれています。")
    else:
        draft.links[name] = target


def _agree(draft: "Draft") -> None:
    """The rules of Classing.guard_class and guard_links, for rows that are not there yet."""
    original, medium = draft.links.get("copy_of"), draft.links.get("contained_in")
    if original and draft.values.get("asset_class", 0) > _of(original, "asset_class", 0):
        draft.problems.append("複製の元より低い分類です。元と同じか、高い分類にしてください。")
    if original and _goes_round(draft):
        draft.problems.append("複製の元をたどると、この行に戻ります。")
    if medium and (_of(medium, "kind", "") != Asset.Kind.MEDIUM or _is_inside(medium)):
        draft.problems.append("入っている媒体には、ほかの媒体に入っていない電磁的記録媒体を書いてください。")


def _of(target, name: str, otherwise):
    return getattr(target, name) if isinstance(target, Asset) else target.values.get(name, otherwise)


def _is_inside(target) -> bool:
    return bool(target.contained_in_id) if isinstance(target, Asset) else "contained_in" in target.links


def _goes_round(draft: "Draft") -> bool:
    seen, current = set(), draft
    while current is not None and not isinstance(current, Asset) and id(current) not in seen:
        seen.add(id(current))
        current = current.links.get("copy_of")
    return current is draft


def _refuse_followers(drafts: "list[Draft]") -> None:
    """A row that points to a wrong row cannot be entered either, and so on along the links."""
    spreads = True
    while spreads:
        spreads = False
        for draft in drafts:
            wrong = [target for target in draft.links.values() if not isinstance(target, Asset) and target.problems]
            if wrong and not draft.problems:
                draft.problems.append(f"この行が指す{wrong[0].number}行目に誤りがあります。")
                spreads = True
