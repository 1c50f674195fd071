"""The steps in the order of the work; a function a step, a file a theme."""

from ..step import Provider
from .april import contact_net, numbering, personnel, vacancies
from .carried import carried, disposal, exceptions, permits, retention
from .coming import duties, inspection, medium_term, parameters, programme, training
from .ending import close_inspections, close_programme, policy_review

STEPS: tuple[Provider, ...] = (
    close_inspections,
    close_programme,
    policy_review,
    parameters,
    programme,
    medium_term,
    inspection,
    training,
    duties,
    exceptions,
    permits,
    carried,
    retention,
    disposal,
    personnel,
    vacancies,
    contact_net,
    numbering,
)
