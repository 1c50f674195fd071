"""How the obligations of the policy stand, on the command line."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from policy.coverage import CHAPTERS, UNTIDY_WORD, Coverage
from policy.mechanisms import registered, word_of
from policy.models import Obligation
from policy.portal_obligations import as_markdown
from policy.visits import Operator


def as_json(coverage: Coverage) -> list[dict]:
    """The map as plain data: clause, roles as the policy names them, kind, summary, mechanism, state, and how many exceptions run."""
    return [
        {
            "clause": line.obligation.clause,
            "roles": line.obligation.called,
            "kind": line.obligation.kind,
            "summary": line.obligation.summary,
            "mechanism": line.obligation.mechanism,
            "state": line.state.label,
            "exceptions": line.exceptions,
        }
        for line in coverage.lines
    ]


class Command(BaseCommand):
    """Print counts.

    With --json one JSON list of {clause, roles, kind, summary, mechanism, state, exceptions}; roles as the policy names them. With
    --missing the codes of mechanisms that no app keeps yet; with --portal, in Markdown, how the portal itself keeps 3.9–3.11.
    """

    help = "ポリシーの義務の遵守状況を、件数（既定）またはJSONで出力します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="義務を1件ずつJSONで出力します")
        parser.add_argument("--missing", action="store_true", help="まだどの機能も受け持っていない仕組みのコードを出力します")
        parser.add_argument("--portal", action="store_true", help="ポータル自身がポリシーをどう守るかを Markdown で出力します")

    def handle(self, *, missing: bool, portal: bool, **options) -> None:
        if portal:
            self.stdout.write(as_markdown(), ending="")
            return
        coverage = Coverage(Operator(at=timezone.now()))
        if coverage.visit.revision is None:
            raise CommandError("施行中のポリシーがありません。先に manage.py load_reference を実行してください。")
        if options["json"]:
            self.stdout.write(json.dumps(as_json(coverage), ensure_ascii=False, indent=2))
        elif missing:
            self._missing()
        else:
            self._counts(coverage)

    def _missing(self) -> None:
        codes = Obligation.objects.in_force().order_by("mechanism").values_list("mechanism", flat=True).distinct()
        for code in codes:
            if code not in registered():
                self.stdout.write(f"{code}\t{word_of(code)}")

    def _counts(self, coverage: Coverage) -> None:
        self.stdout.write(f"義務 {coverage.tally.total}件（第{'・'.join(CHAPTERS)}章）")
        for share in coverage.tally.shares:
            self.stdout.write(f"  {share.state.label} {share.count}件")
        self.stdout.write(f"義務のない条項 {len(coverage.exempt)}条、{UNTIDY_WORD} {len(coverage.untidy)}条")
