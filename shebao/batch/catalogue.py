"""All kinds of runs and the engines that do them. Nothing here needs Django; an engine is loaded when asked for."""

import importlib
from collections.abc import Callable
from typing import Any

from shebao.base.refusal import Refusal
from shebao.batch.kind import Done, Kind
from shebao.batch.kinds import adjustment, assessment, interest, retirement, statements, statistics

KINDS: dict[str, Kind] = {
    module.KIND.code: module.KIND
    for module in (assessment, interest, retirement, adjustment, statements, statistics)
}
ENGINES = {"local": "shebao.batch.engines.local", "spark": "shebao.batch.engines.spark"}


def kind(code: str) -> Kind:
    """A kind by its code; an unknown one is refused."""
    if code not in KINDS:
        raise Refusal("invalid_input", "没有这种批量任务。", field="kind")
    return KINDS[code]


def engine(name: str) -> Callable[..., Any]:
    """An engine's `run`; refuses an unknown one, and Spark where it is not installed."""
    if name not in ENGINES:
        raise Refusal("invalid_input", "没有这种运行方式，请选 local 或 spark。", field="engine")
    try:
        module = importlib.import_module(ENGINES[name])
    except ModuleNotFoundError as missing:
        raise Refusal(
            "precondition_unmet", "这台机器没有装 Spark。", "先装 shebao[cluster]", field="engine"
        ) from missing
    run: Callable[..., Any] = module.run
    return run


def chunk_work() -> Callable[..., Done]:
    """`chunk.work`, loaded after Django: an executor imports this module before its settings are there."""
    work: Callable[..., Done] = importlib.import_module("shebao.batch.chunk").work
    return work
