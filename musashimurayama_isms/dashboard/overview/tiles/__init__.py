"""The tiles in their order on the page, each a function of the look: Tile, or None where the person has no such list."""

from ..tile import Provider
from . import assets, authorities, coverage, duties, exceptions, findings, incidents, inspections, overrides, training, trend

PROVIDERS: tuple[Provider, ...] = (
    incidents.by_month,
    incidents.by_step,
    authorities.deadlines,
    exceptions.exceptions,
    findings.findings,
    inspections.inspections,
    duties.duties,
    assets.assets,
    training.training,
    coverage.coverage,
    overrides.overrides,
    trend.trend,
)
