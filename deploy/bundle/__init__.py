"""`make bundle`: one archive that installs the portal on a machine without any network.

What is in it (one folder, portal-VERSION):

    install.sh      verifies all of it, then installs (deploy/install.sh)
    manifest.json   what is in it and for which machine it was made
    SHA256SUMS      of every other file
    release/        the committed source tree, with the collected static files in release/collected
    wheels/         every pinned Python package as a wheel, and uv, which installs them
    packages/       Packages (names, versions, checksums) and the .deb files that it lists: a repository for apt
    images/         container images, where an engine was at hand
"""


class CannotBundle(Exception):
    """The bundle cannot be made; `str()` is a Japanese sentence that says why and what to do."""
