"""Public facts: offices and employers. Nobody is asked who they are."""

from typing import Any

from ninja import Router
from ninja.params.functions import Query

from shebao.api import schemas
from shebao.api.doors import REFUSED
from shebao.appointments import queries as appointments
from shebao.identity.asking import Request
from shebao.registry.employers import queries as employers

router = Router(tags=["公开信息"])


@router.get("/offices", response=list[schemas.Office], auth=None, summary="经办机构")
def office_list(request: Request, district: str = Query("", max_length=40)) -> Any:
    """Offices where business is done in person."""
    return appointments.offices(district=district)


@router.get("/employers", response={200: schemas.Employers, **REFUSED}, auth=None, summary="用人单位")
def employer_list(
    request: Request,
    q: str = Query(..., min_length=2, max_length=60, description="单位名称的一部分，或统一社会信用代码"),
    page: int = Query(1, ge=1, le=50),
) -> Any:
    """Employers by name or by code."""
    found, more = employers.employers(words=q, page=page)
    return {"employers": found, "more": more}
