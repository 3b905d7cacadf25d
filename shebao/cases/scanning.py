"""The worker's part (补查病毒): pages kept while the scanner was away are scanned; what is infected is emptied."""

from django.db import connections, transaction

from shebao.cases import materials
from shebao.cases.papers import limits, scanner

AT_ONCE = 20


def run() -> int:
    """Scans the pages that wait; returns how many got a verdict. Nothing is read while the scanner is away.

    Where the deployment has since said `none`, they count without a scan, as all others there.
    """
    daemon = limits.current().scanner
    if daemon is not None and not daemon.alive():
        return 0
    done, after = 0, 0
    for _ in range(AT_ONCE):
        after, judged = _next(daemon, after)
        if not after:
            break
        done += judged
    return done


def _next(daemon: scanner.Scanner | None, after: int) -> tuple[int, int]:
    """One page in a transaction of its own: its number (0: none waits) and whether it got a verdict."""
    with transaction.atomic(using="worker"), connections["worker"].cursor() as cursor:
        cursor.execute("select id, case_no, subject_id, content from cases.waiting_page(%s)", [after])
        row = cursor.fetchone()
    if row is None:
        return 0, 0
    page_id, case_no, subject_id, sealed = row
    try:
        content = materials.unseal(subject_id, case_no, page_id, bytes(sealed))
        infected = daemon is not None and daemon.infected(content)
    except scanner.Unreachable:
        return page_id, 0
    with connections["worker"].cursor() as cursor:
        cursor.execute("select cases.checked_page(%s, %s)", [page_id, infected])
        return page_id, int(cursor.fetchone()[0])
