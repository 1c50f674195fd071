"""The figures of 3.10.6 and its kin: what is shared with the staff, and the holes that are followed to the end."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from incidents.models import Bulletin, Vulnerability, VulnerabilityTarget
from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures


def security_information(*, at: datetime) -> Figures:
    """Open, late and all of them; by clause: holes and their systems, malware, security at large, words from nation and 都 (3.7.3.2)."""
    on = day_of(at)
    kind = Bulletin.Kind
    official = Q(origin__in=(Bulletin.Origin.NATION, Bulletin.Origin.PREFECTURE))
    standing = Q(status=Bulletin.Status.STANDING, expires_on__gte=on)
    wanted = {
        "malware": Q(kind=kind.MALWARE),
        "hole": Q(kind=kind.HOLE),
        "rest": Q(kind__in=(kind.THREAT, kind.OTHER)),
        "official": official,
    }
    told = Bulletin.objects.aggregate(
        **{f"{name}_open": Count("pk", filter=where & standing) for name, where in wanted.items()},
        **{name: Count("pk", filter=where) for name, where in wanted.items()},
    )
    holes = Vulnerability.objects.aggregate(
        open=Count("pk", filter=Q(status=Vulnerability.Status.OPEN)), total=Count("pk"), official=Count("pk", filter=official)
    )
    late = VulnerabilityTarget.objects.overdue(on=on).count()
    bulletins, vulnerabilities = reverse("incidents:bulletins"), reverse("incidents:vulnerabilities")

    def of_bulletins(name: str) -> Figures:
        return Figures(open=told[f"{name}_open"], total=told[name], url=bulletins)

    mended = Figures(open=holes["open"] + told["hole_open"], late=late, total=holes["total"] + told["hole"], url=vulnerabilities)
    by_clause = {
        "3.10.6.1": mended,
        "3.10.4.1.3": of_bulletins("malware"),
        "3.10.6.2": of_bulletins("malware"),
        "3.10.6.3": of_bulletins("rest"),
        "3.7.3.2": Figures(open=told["official_open"], total=told["official"] + holes["official"], url=bulletins),
    }
    return Figures(
        open=mended.open + told["malware_open"] + told["rest_open"],
        late=late,
        total=mended.total + told["malware"] + told["rest"],
        url=bulletins,
        by_clause=by_clause,
    )
