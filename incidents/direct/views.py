"""The small pages of what a kind of report asks at once."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.direct import faults
from incidents.direct.forms import CardStopForm, FaultForm
from incidents.models import CardStop
from incidents.small_acts import Words, ask
from incidents.views.reading import get_incident


def card_stop(request: HttpRequest, pk) -> HttpResponse:
    """カードの利用を止めた (3.9.4.1.2)."""
    incident, now = get_incident(request, pk), timezone.now()
    words = Words(
        "カードの利用を止めた",
        "台帳のカードは「紛失停止中」になり、報告した人に伝わります。",
        "停止を記録する",
        "カードの利用停止を記録しました。",
        "3.9.4.1.2",
    )
    form = CardStopForm(request.POST or None, incident=incident, user=request.user, at=now, initial={"stopped_at": now})
    may = incident.kind.code == "ic_card" and CardStop.actor(incident, request.user, at=now) is not None
    return ask(request, incident, form, lambda data: CardStop.write(incident, by=request.user, at=now, **data), words, may=may)


def fault_record(request: HttpRequest, pk) -> HttpResponse:
    """障害記録に書く (3.10.1.7)."""
    incident, now = get_incident(request, pk), timezone.now()
    words = Words(
        "障害記録に書く",
        "障害記録に1行加わります。復旧と原因は、そこに書き足します。",
        "障害記録に書く",
        "障害記録に書きました。",
        "3.10.1.7",
    )
    form = FaultForm(request.POST or None, incident=incident)
    may = faults.concerns(incident) and faults.can_record(incident, request.user, at=now)
    return ask(request, incident, form, lambda data: faults.record_fault(incident, by=request.user, at=now, **data), words, may=may)
