"""How many ledger entries a second become leaves of a published, signed tree, database and disk included?"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.db import connections

from shebao.cli.instance import Instance
from shebao.privacy import ledger

ENTRIES, PERSONS, AIM = 50_000, 20_000, 1_500
ENTRY = """
insert into privacy_entry (kind, process, register_version, basis, actor_id, actor_role, actor_unit, subject_id,
                           items, writes, case_no, reason, outcome, request)
select 'read', 'enquiry.contribution', '2026-11', '13-1-3', g %% 1000, 'citizen', '', 1 + g %% %s,
       '{contribution.record,person.name}', '{}', '', '', 'allowed', gen_random_uuid()
  from generate_series(1, %s) g
"""


def fill() -> None:
    """Entries of many persons, committed and not yet sequenced."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate privacy_entry, privacy_leaf")
        cursor.execute("update privacy_sequence set last_xid = null, last_id = 0, size = 0")
        cursor.execute(ENTRY, [PERSONS, ENTRIES])


def main() -> None:
    """One pass with an own durable server; then how long a proof takes."""
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        home = Path(folder) / "home"
        os.environ |= {"SHEBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shebao.settings"}
        instance = Instance("jilin", home, home / "secret")
        instance.make_home()
        with instance.installed():
            subprocess.run([sys.executable, "-m", "shebao.cli.main", "install"], check=True)
            django.setup()
            measure()
            connections.close_all()


def measure() -> None:
    """Prints leaves a second and milliseconds a proof."""
    fill()
    started = time.perf_counter()
    total = 0
    while count := ledger.sequence_once():
        total += count
    rate = total / (time.perf_counter() - started)
    print(f"{total} entries of {PERSONS} new persons: {rate:,.0f} leaves/s (aim {AIM:,})")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select entry_id from privacy_leaf where index % 251 = 0")
        entries = [entry for (entry,) in cursor.fetchall()]
    started = time.perf_counter()
    for entry in entries:
        ledger.verify(ledger.prove_any(entry))
    print(f"prove and verify: {(time.perf_counter() - started) / len(entries) * 1000:.1f} ms")
    if rate < AIM:
        raise SystemExit("slower than the aim")


if __name__ == "__main__":
    main()
