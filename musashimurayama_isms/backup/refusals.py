"""What a backup or a restore refuses, told in one Japanese sentence that says what to do."""

import errno


class Refused(Exception):
    """Nothing was written, or what was begun has been taken away again; the text is for who runs the command."""


class Damaged(Refused):
    """The file is not, or no longer, what was written."""


def of_disk(error: OSError, place: str) -> Refused:
    """The words for a disk that does not take or give something."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Refused(f"{place}に空きがありません。要らないものを消すか、広い場所を指定して、もう一度実行してください。")
    return Refused(f"{place}に書き込めないか、読み込めません（{error.strerror or type(error).__name__}）。場所と権限を確かめてください。")
