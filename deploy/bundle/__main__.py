"""Makes the bundle: `python -m deploy.bundle [--to FOLDER] [--without-debs] [--without-images]`."""

import argparse
import json
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.bundle import CannotBundle, archive, debian, images, source, static, wheels

ROOT = Path(__file__).resolve().parent.parent.parent
MEGABYTE = 1_000_000
NO_ENGINE = "この束を作った機械にコンテナの実行系（docker・podman）がなかったため、イメージはありません。"


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def facts_of(release: source.Source) -> dict[str, Any]:
    """What the machine that installs must be: the wheels fit one Python, one processor and a C library that is not older."""
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.time))
    return {
        "format": 1,
        "version": release.version,
        "commit": release.commit,
        "committed_at": made,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "machine": platform.machine(),
        "libc": platform.libc_ver()[1],
        "debian": platform.freedesktop_os_release().get("VERSION_CODENAME", ""),
    }


def room(folder: Path) -> int:
    """How many megabytes one release takes when it is installed: source and packages, each also compiled, and some to spare."""
    sources = sum(path.stat().st_size for path in (folder / "release").rglob("*") if path.is_file())
    return round((2 * sources + 2 * wheels.unpacked_size(folder / "wheels")) / MEGABYTE) + 100


def fill(folder: Path, root: Path, cache: Path, options: argparse.Namespace) -> source.Source:
    """Lays everything into `folder`, with manifest and sums; raises CannotBundle."""
    release = folder / "release"
    tell("この版のソースを取り出しています。")
    taken = source.take(root, release)
    if taken.is_dirty:
        tell(f"注意: コミットしていない変更は入りません（入るのは {taken.commit[:12]} です）。")
    manifest = facts_of(taken)
    tell("静的ファイルを集めています。")
    manifest["static_files"] = static.collect(release)
    tell("Python のパッケージを集めています（固定した版を、ハッシュを照合して）。")
    manifest["wheels"] = wheels.fetch(release, folder / "wheels", cache / "wheels")
    manifest["needs_megabytes"] = room(folder)
    manifest["debian_wanted"] = debian.names(release)
    if options.without_debs:
        manifest["debian_packages"] = []
        manifest["debian_note"] = "Debian のパッケージは入れていません。庁内のミラーなどから入れてください。"
    else:
        tell("Debian のパッケージを、依存するものとともに集めています。")
        manifest["debian_packages"] = debian.fetch(manifest["debian_wanted"], folder / "packages", cache / "apt")
    program = None if options.without_images else images.engine()
    manifest["images"] = images.save(program, release, folder / "images") if program else []
    if not program:
        manifest["images_note"] = NO_ENGINE if not options.without_images else "コンテナのイメージは入れていません。"
        tell(manifest["images_note"])
    shutil.copy(release / "deploy" / "install.sh", folder)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    archive.write_sums(folder)
    return taken


def make(root: Path, target: Path, cache: Path, options: argparse.Namespace) -> Path:
    """Makes the bundle of `root` in `target` and gives its path; raises CannotBundle or OSError, and then leaves nothing half-made."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".making-") as name:
        folder = Path(name) / "portal"
        folder.mkdir()
        taken = fill(folder, root, cache, options)
        folder = folder.rename(folder.with_name(f"portal-{taken.version}"))
        tell("まとめています。")
        made = target / f"{folder.name}.tar.gz"
        archive.pack(folder, made, taken.time)
    Path(f"{made}.sha256").write_text(f"{archive.digest(made)}  {made.name}\n", encoding="utf-8")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bundle", description="ネットワークのない機械に入れるための束を作ります。")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "bundle", help="置くフォルダ（既定は var/bundle）")
    parser.add_argument("--without-debs", action="store_true", help="Debian のパッケージを入れない（庁内のミラーがあるとき）")
    parser.add_argument("--without-images", action="store_true", help="コンテナのイメージを入れない")
    options = parser.parse_args()
    try:
        made = make(ROOT, options.to, ROOT / "var" / "cache", options)
    except (CannotBundle, OSError) as error:
        sys.exit(f"中止しました: {error}")
    print(f"{made}（{made.stat().st_size / MEGABYTE:.0f} MB）")
    print(f"SHA-256: {archive.digest(made)}")
    print("この値を紙に控え、束を入れた媒体とは別に運んでください。入れ方は docs/administration/closed_network.md にあります。")


if __name__ == "__main__":
    main()
