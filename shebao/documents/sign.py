"""The electronic seal on a PDF (PAdES, P-256): put on, and checked (电子签名法 第13条)."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from shebao.documents import seal

FIELD = "TestSeal"


@dataclass(frozen=True)
class Check:
    """What a seal proves: intact (no byte changed), whole (covers the file), ours (our root)."""

    sealed: bool
    intact: bool
    whole: bool
    ours: bool

    @property
    def holds(self) -> bool:
        """Whether the file is as we sealed it."""
        return self.sealed and self.intact and self.whole and self.ours


UNSEALED = Check(sealed=False, intact=False, whole=False, ours=False)


def sign(pdf: bytes, home: Path) -> bytes:
    """The PDF with our certifying seal; no later change is permitted."""
    file = home / seal.SEAL_FILE
    signer = _signer(file, file.stat().st_mtime_ns)
    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            reason="测试用章，无法律效力",
        ),
        signer=signer,
        output=out,
    )
    return out.getvalue()


def check(pdf: bytes, home: Path, at: datetime) -> Check:
    """What the seal on a PDF proves, the certificate judged at `at`; a file that is no PDF is unsealed."""
    context = ValidationContext(
        trust_roots=list(load_certs_from_pemder_data(seal.trust_root(home))),
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
        revocation_mode="soft-fail",
    )
    # A hostile upload can break the reader anywhere; whatever it raises, there is no seal we can read.
    try:
        seals = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
        if len(seals) != 1:
            return UNSEALED
        status = validate_pdf_signature(seals[0], signer_validation_context=context)
    except Exception:
        return UNSEALED
    return Check(
        sealed=True,
        intact=status.intact and status.valid,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE and bool(status.docmdp_ok),
        ours=status.trusted,
    )


@lru_cache(maxsize=2)
def _signer(file: Path, _changed_ns: int) -> Any:
    signer = signers.SimpleSigner.load_pkcs12(str(file))  # type: ignore[no-untyped-call]
    if signer is None:
        raise ValueError(f"{file.name} cannot be read as a seal")
    return signer
