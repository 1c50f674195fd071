"""The register: list, one asset, entering and correcting."""


def detail(request, pk):
    raise NotImplementedError
