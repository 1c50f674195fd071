"""Log-in, organisation, personnel changes."""

urlpatterns: list = []
