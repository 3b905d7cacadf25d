"""How much is taken (限额), and who looks for malware: from the deployment's `[materials]`, stated before choosing."""

from dataclasses import dataclass

from django.conf import settings

from shebao.cases.papers import scanner

NONE = "none"
MEGABYTE = 1_000_000


class Unsaid(ValueError):
    """A deployment that does not say whether files are scanned."""


@dataclass(frozen=True)
class Limits:
    """Bytes of one file, of one sending, of a whole case; `scanner` is None where the deployment says `none`."""

    file_bytes: int
    sending_bytes: int
    case_bytes: int
    scanner: scanner.Scanner | None

    @property
    def file_megabytes(self) -> int:
        return self.file_bytes // MEGABYTE


def current() -> Limits:
    """The limits of this deployment. Raises Unsaid when `scanner` is neither an address nor the word `none`."""
    said = settings.DEPLOYMENT.get("materials", {})
    address = settings.SCANNER or said.get("scanner", "")
    if not address:
        raise Unsaid("profile.toml: [materials] scanner is not set; write an address, or none")
    return Limits(
        file_bytes=int(said.get("file_megabytes", 10)) * MEGABYTE,
        sending_bytes=int(said.get("sending_megabytes", 30)) * MEGABYTE,
        case_bytes=int(said.get("case_megabytes", 100)) * MEGABYTE,
        scanner=None if address == NONE else scanner.at(address),
    )
