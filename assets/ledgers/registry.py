"""All ledgers, in the order in which they are shown; filled by the modules of `declared/` at start."""

from .declaration import Ledger

_ledgers: dict[str, Ledger] = {}


def register(ledger: Ledger) -> Ledger:
    """Make a ledger known; ValueError where the declaration contradicts itself or the code is taken."""
    for fault in faults(ledger):
        raise ValueError(f"{ledger.code}: {fault}")
    if _ledgers.setdefault(ledger.code, ledger) is not ledger:
        raise ValueError(f"The ledger {ledger.code!r} is declared twice")
    return ledger


def faults(ledger: Ledger) -> list[str]:
    """What is wrong with a declaration, told when the portal starts rather than when a row is written."""
    states = {state.code for state in ledger.states}
    named = [*ledger.title, *ledger.columns, *(due.field for due in ledger.dues), *filter(None, [ledger.happened])]
    found = [f"no field {name}" for name in named if name not in ledger.all_fields]
    found += [f"no state {code}" for act in ledger.acts for code in (*act.sources, act.target) if code not in states]
    labels = [column.label for column in ledger.fields]
    if len(set(labels)) != len(labels):
        found.append("two fields with one label")
    return found


def get(code: str) -> Ledger:
    """LookupError for a code that nobody has declared."""
    if code not in _ledgers:
        raise LookupError(f"No such ledger: {code!r}")
    return _ledgers[code]


def ledgers() -> tuple[Ledger, ...]:
    return tuple(_ledgers.values())
