"""Clause numbers: the dotted key that data uses and the form that people read.

`3.5.2.7.2` is printed 「3-5(2)キ(イ)」: chapter, section, then (1), ア, (ア), a by depth (公用文 numbering).
"""

KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"


def label(number: str) -> str:
    """The enumerator of the last part of a dotted number, as printed: "3.5.2.7.2" → "(イ)"; raises ValueError on nonsense."""
    parts = [int(part) for part in number.split(".")]
    depth, last = len(parts), parts[-1]
    if depth == 1:
        return f"第{last}章"
    if depth == 2:
        return str(last)
    if depth == 3:
        return f"({last})"
    if depth in (4, 5):
        if not 1 <= last <= len(KATAKANA):
            raise ValueError(number)
        return KATAKANA[last - 1] if depth == 4 else f"({KATAKANA[last - 1]})"
    if depth == 6 and 1 <= last <= 26:
        return chr(ord("a") + last - 1)
    raise ValueError(number)


def printed(number: str) -> str:
    """The citation that people read: "3.5.2.7.2" → "3-5(2)キ(イ)", "3" → "第3章"."""
    parts = number.split(".")
    if len(parts) == 1:
        return label(number)
    return f"{parts[0]}-{parts[1]}" + "".join(label(".".join(parts[: depth + 1])) for depth in range(2, len(parts)))
