#!/usr/bin/env bash
# Writes the pinned requirements from pyproject.toml: exact versions with hashes, no address of any registry.
# Versions stay as they are unless UPGRADE is set; the development set has the run-time set's very versions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
compile() { .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 ${UPGRADE:+--upgrade} "$@"; }
compile pyproject.toml -o requirements.txt
compile pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
echo uv | compile - -o requirements-uv.txt
