"""Writes the settings of an installation from a bundle once: `python -m deploy.settings_file production|trial FILE HOME`.

A file that stands there is never opened. The keys are made here and nowhere else; only the owner reads the file (mode 0600).
"""

import os
import secrets
import socket
import sys
from pathlib import Path

from deploy.portal_env import complete

TEMPLATE = """\
# 情報セキュリティポータルの設定。意味は docs/administration/settings.md を見てください。
# 鍵（SECRET_KEY、TRAIL_KEYS、BACKUP_KEY）は導入のときに一度だけ作られました。控えを、データの控えとは別の場所に保管してください。
PORTAL_MODE=production
SECRET_KEY={secret_key}
TRAIL_KEYS=k1:{trail_key}
# 控えの鍵と、控えの置き場所。置き場所は、この機械の外（NAS など）をここに見せます
BACKUP_KEY={backup_key}
BACKUP_DIR=/srv/portal-backup

# 職員が開くポータルのホスト名とアドレス
ALLOWED_HOSTS={host}
PORTAL_URL=https://{host}

# この機械の PostgreSQL と Redis を使うときは、このままで使えます
DATABASE_URL=postgresql://portal@%2Fvar%2Frun%2Fpostgresql/portal
REDIS_URL=redis://127.0.0.1:6379/0

MEDIA_DIR={home}/var/media
MAIL_ENABLED=false
"""


def production(home: Path) -> str:
    """The settings with which a production installation in `home` starts, its keys made now."""
    values = {"secret_key": secrets.token_urlsafe(64), "trail_key": secrets.token_hex(32), "backup_key": secrets.token_hex(32)}
    return TEMPLATE.format(host=socket.getfqdn(), home=home, **values)


def write(mode: str, path: Path, home: Path) -> bool:
    """Writes `path` where nothing stands yet and tells whether it did; raises OSError, and then leaves no half of it."""
    if os.path.lexists(path):
        return False
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    try:
        if mode == "trial":
            complete(half, home)
        else:
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(production(home))
        os.link(half, path)  # unlike a rename, a link never takes the place of a file that has come up meanwhile
    finally:
        half.unlink(missing_ok=True)
    return True


def main() -> None:
    mode, path, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    try:
        is_new = write(mode, path, home)
    except (OSError, ValueError) as error:
        sys.exit(f"設定 {path} を書けませんでした: {error}")
    print(f"設定 {path} を作りました（鍵はこのとき一度だけ作られます）。" if is_new else f"設定 {path} は、そのまま使います。")


if __name__ == "__main__":
    main()
