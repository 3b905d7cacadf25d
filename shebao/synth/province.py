"""Builds the invented province: everything personal in one transaction, chunk by chunk, flat in memory."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import register
from shebao.synth import cast, enrolments, offices, payments, pensions, sealing, stream, treatment
from shebao.synth.balances import Ledger
from shebao.synth.careers import careers
from shebao.synth.people import CHUNK, Crowd, capacity, crowd, draw
from shebao.synth.world import World, registered_on, world

Progress = Callable[[int, int], None]
