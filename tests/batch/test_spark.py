"""The same chunks on Apache Spark: equal bit for bit. Needs `shebao[cluster]` and Java (make test-cluster)."""

import os
import shutil

import pytest

from shebao.base.refusal import Refusal
from shebao.batch import actions
from shebao.batch.models import Chunk
from tests.batch.conftest import NOW, TODAY, content, owner
from tests.batch.population import fill

PEOPLE = int(os.environ.get("SHEBAO_CLUSTER_PEOPLE", "3000"))
MONTH = 202611


def installed() -> bool:
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        return False
    return shutil.which("java") is not None


def done(no: str) -> list[tuple[object, ...]]:
    rows = Chunk.objects.using("worker").filter(run_id=no, state="done").order_by("position")
    return [(row.low, row.high, row.rows_in, row.rows_out, row.checksum, row.totals) for row in rows]


@pytest.mark.skipif(not installed(), reason="Spark is not installed (make test-cluster)")
@pytest.mark.filterwarnings("default")
def test_both_engines_give_the_same_bytes(shebao, operator, supervisor, monkeypatch):
    monkeypatch.setenv("SHEBAO_HOME", str(shebao.home))
    fill(shebao.superuser(), PEOPLE)
    found = {}
    for engine in ("local", "spark"):
        owner("delete from registry_contribution where month = %s", MONTH)
        owner("delete from batch_latefee")
        no = actions.prepare(
            kind="assessment",
            period=MONTH,
            as_of=TODAY,
            by=operator,
            allow_demo=True,
            size=max(PEOPLE // 12, 100),
        )
        actions.approve(no, by=supervisor)
        summary = actions.carry_out(no, by=operator, now=NOW, engine=engine)
        found[engine] = (summary.totals, done(no), content("registry_contribution"), content("batch_latefee"))
        assert len(found[engine][1]) == summary.chunks

    assert found["spark"] == found["local"]
    assert found["local"][0]["110.rows"] >= PEOPLE


@pytest.mark.skipif(not installed(), reason="Spark is not installed (make test-cluster)")
@pytest.mark.filterwarnings("default")
def test_a_refusal_in_an_executor_arrives_as_a_refusal(shebao, operator, monkeypatch):
    monkeypatch.setenv("SHEBAO_HOME", str(shebao.home))
    no = actions.prepare(kind="statistics", period=MONTH, as_of=TODAY, by=operator)

    with pytest.raises(Refusal) as refused:
        actions.carry_out(no, by=operator, now=NOW, engine="spark")
    assert refused.value.code == "precondition_unmet"


@pytest.mark.skipif(installed(), reason="Spark is installed here")
def test_without_spark_the_engine_is_refused_with_what_to_do(shebao, operator, supervisor):
    no = actions.prepare(kind="statistics", period=MONTH, as_of=TODAY, by=operator)
    actions.approve(no, by=supervisor)

    with pytest.raises(Refusal) as refused:
        actions.carry_out(no, by=operator, now=NOW, engine="spark")
    assert "shebao[cluster]" in refused.value.next_step
