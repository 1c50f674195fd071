"""Whom a report tells at once beside the section's officer, by its kind (chains.md: things that are reported the same way)."""

from typing import TYPE_CHECKING

from incidents.chain import Party
from musashimurayama_isms.parameters.values import value

if TYPE_CHECKING:
    from incidents.models import Incident


def also_told(incident: "Incident") -> list[Party]:
    """The further parties of step 1, each once.

    An entry with a dot is a parameter that names the party (3.12.5.4). Where the manager of an external service is asked
    for and the report names neither service nor account, the 中央電子計算組織管理者 is told instead: nobody is left out.
    """
    found = [Party(value(code) if "." in code else code) for code in incident.kind.also_tells]
    if not incident.has_manager:
        found = [Party.CENTRAL_MANAGER if party == Party.SERVICE_MANAGER else party for party in found]
    return [party for party in dict.fromkeys(found) if party != Party.SECTION_OFFICER]
