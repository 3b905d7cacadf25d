"""Apache Spark (extra `shebao[cluster]`): chunks as rows of a frame, `chunk.work` inside `mapInArrow`.

Rows of people never pass through Spark: each executor opens its own connection and its own grant, exactly as the
local engine does, so a task that Spark repeats finds its chunk done.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

import django
import pyarrow as pa
from django.conf import settings
from pyspark import SparkContext
from pyspark.sql import SparkSession

from shebao.base.refusal import Refusal
from shebao.batch import catalogue
from shebao.batch.kind import Done

ANSWER = pa.schema([("position", pa.int32()), ("answer", pa.string())])
ANSWER_DDL = "position int, answer string"
LOOK_EVERY = 0.5


def run(
    token: bytes, no: str, positions: Sequence[int], *, dry: bool, told: Callable[[int], None]
) -> list[Done]:
    """Works through the positions on the cluster (`SHEBAO_SPARK_MASTER`, default two local threads)."""
    if not positions:
        return []
    session = _session(no)
    try:
        context = session.sparkContext
        rows = context.parallelize([(position,) for position in positions], len(positions))
        task = partial(_answers, token=token, no=no, dry=dry, place=_place())
        frame = session.createDataFrame(rows, "position int").mapInArrow(task, ANSWER_DDL)
        with ThreadPoolExecutor(1) as aside:
            answers = aside.submit(frame.collect)
            seen = 0
            while not wait([answers], LOOK_EVERY).done:
                finished = _finished(context)
                told(max(0, finished - seen))
                seen = max(seen, finished)
        results = [_parsed(json.loads(row.answer)) for row in answers.result()]
        told(len(positions) - seen)
        return sorted(results, key=lambda done: done.position)
    finally:
        session.stop()


def _session(name: str) -> SparkSession:
    builder = SparkSession.builder.master(os.environ.get("SHEBAO_SPARK_MASTER", "local[2]")).appName(name)
    known = {
        "spark.ui.enabled": "false",
        "spark.pyspark.python": sys.executable,
        "spark.executorEnv.PYTHONPATH": str(settings.ROOT),
    }
    for key, value in known.items():
        builder = builder.config(key, value)
    session: SparkSession = builder.getOrCreate()
    return session


def _finished(context: SparkContext) -> int:
    tracker = context.statusTracker()
    stages = (tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds())
    return sum(stage.numCompletedTasks for stage in stages if stage is not None)


def _place() -> dict[str, str]:
    """What an executor needs to find the same installation."""
    return {
        "DJANGO_SETTINGS_MODULE": "shebao.settings",
        "SHEBAO_PROFILE": settings.PROFILE,
        "SHEBAO_HOME": str(settings.HOME),
        "SHEBAO_SECRET_FILE": str(settings.SECRET_FILE),
    }


def _answers(
    batches: Iterator[pa.RecordBatch], *, token: bytes, no: str, dry: bool, place: Mapping[str, str]
) -> Iterator[pa.RecordBatch]:
    """In an executor: each position's chunk, or the refusal it met, as JSON."""
    os.environ.update(place)
    django.setup()
    work = catalogue.chunk_work()
    for batch in batches:
        positions = batch.column(0).to_pylist()
        answers = [json.dumps(_answer(work, token, no, position, dry)) for position in positions]
        yield pa.RecordBatch.from_arrays(
            [pa.array(positions, pa.int32()), pa.array(answers, pa.string())], schema=ANSWER
        )


def _answer(work: Callable[..., Done], token: bytes, no: str, position: int, dry: bool) -> dict[str, object]:
    try:
        return {"done": vars(work(token, no, position, dry=dry))}
    except Refusal as refusal:
        return {"refused": [refusal.code, refusal.message, refusal.next_step]}


def _parsed(answer: Mapping[str, object]) -> Done:
    refused = answer.get("refused")
    if isinstance(refused, list):
        raise Refusal(*refused)
    done = answer["done"]
    assert isinstance(done, dict)
    return Done(**done)
