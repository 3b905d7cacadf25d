"""The register in public words: JSON-LD with W3C DPV terms and an own cn-pipl extension."""

from typing import Any

from shebao.privacy.book import Register
from shebao.privacy.declared import LegalReference, Process, Retention, Sharing

CONTEXT: dict[str, str] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "sps": "https://w3id.org/dpv/sector/publicservices#",
    "sh": "https://w3id.org/dpv/sector/health#",
    "dct": "http://purl.org/dc/terms/",
    "cn": "https://shebao.example/ns/cn-pipl#",
    "reg": "https://shebao.example/ns/register#",
}
PARTY_TYPES = {
    "controller": "dpv:DataController",
    "processor": "dpv:DataProcessor",
    "joint": "dpv:JointDataControllers",
    "recipient": "dpv:Recipient",
    "authority": "dpv:Authority",
    "officer": "dpv:DataProtectionOfficer",
}
CONSENT_TYPES = {
    "plain": "dpv:ExplicitlyExpressedConsent",
    "separate": "cn:SeparateConsent",
    "written": "cn:WrittenConsent",
    "guardian": "cn:GuardianConsent",
}


def json_ld(register: Register) -> dict[str, Any]:
    """One JSON-LD document for the whole register; labels in Chinese."""
    return {
        "@context": CONTEXT,
        "@id": f"reg:{register.profile}/{register.version}",
        "@type": "dpv:RecordsOfProcessingActivities",
        "dct:conformsTo": register.header.get("conforms_to", ""),
        "dct:hasVersion": register.version,
        "dct:valid": register.effective_on.isoformat(),
        "dct:modified": register.updated_on.isoformat(),
        "dpv:hasJurisdiction": {"@id": f"loc:{register.header.get('jurisdiction', 'CN')}"},
        "dpv:hasDataController": {"@id": f"reg:party/{register.header['handler']}"},
        "cn:digestSha256": register.sha256(),
        "cn:digestSm3": register.sm3(),
        "@graph": [
            *(_party(code, party.name, party.role) for code, party in register.party.items()),
            *(
                {
                    "@id": f"reg:item/{item.code}",
                    "@type": "dpv:PersonalData"
                    if item.sensitivity == "none"
                    else "dpv:SensitivePersonalData",
                    "dct:title": _zh(item.label_zh),
                    "dct:description": _zh(item.plain_zh),
                    "dpv:hasSensitivityLevel": item.level,
                    "dpv:hasDataSource": item.source,
                }
                for item in register.items.values()
            ),
            *(_process(process) for process in register.process.values()),
            *(_retention(rule) for rule in register.retention.values()),
            *(_sharing(share) for share in register.sharing.values()),
        ],
    }


def _zh(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "zh-Hans"}


def _party(code: str, name: str, role: str) -> dict[str, Any]:
    return {"@id": f"reg:party/{code}", "@type": PARTY_TYPES[role], "dpv:hasName": _zh(name)}


def _process(process: Process) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": f"reg:process/{process.code}",
        "@type": "dpv:Process",
        "dct:title": _zh(process.name),
        "dct:description": _zh(process.plain_zh),
        "dpv:hasPurpose": {"@id": process.purpose},
        "dpv:hasLegalBasis": {"@id": f"cn:{process.legal_basis}"},
        "dpv:hasApplicableLaw": [_law(reference) for reference in process.legal_reference],
        "dpv:hasNecessity": {"@id": "dpv:Required" if process.necessity == "core" else "dpv:Optional"},
        "dpv:hasPersonalData": [{"@id": f"reg:item/{code}"} for code in process.data],
        "dpv:hasEntity": list(process.roles),
        "dpv:hasRule": process.row_rule,
        "dpv:hasFrequency": process.rate,
        "dpv:hasStorageCondition": {"@id": f"reg:retention/{process.retention}"},
        "dpv:hasRecipient": [{"@id": f"reg:sharing/{code}"} for code in process.recipients],
        "dpv:hasAssessment": {"@id": f"reg:assessment/{process.assessment}"},
        "dpv:hasStatus": {"@id": "dpv:ActivityOngoing" if process.in_force else "dpv:ActivityProposed"},
    }
    if process.consent_kind:
        node["cn:consentKind"] = {"@id": CONSENT_TYPES[process.consent_kind]}
    return node


def _retention(rule: Retention) -> dict[str, Any]:
    return {
        "@id": f"reg:retention/{rule.code}",
        "@type": "dpv:StorageDuration",
        "dct:description": _zh(rule.plain_zh),
        "dpv:hasDuration": rule.period,
        "dpv:hasApplicableLaw": [_law(reference) for reference in rule.legal_reference],
        "dpv:hasPersonalData": [{"@id": f"reg:item/{code}"} for code in rule.items],
    }


def _sharing(share: Sharing) -> dict[str, Any]:
    return {
        "@id": f"reg:sharing/{share.code}",
        "@type": "dpv:Recipient",
        "dpv:hasEntity": {"@id": f"reg:party/{share.recipient}"},
        "dct:description": _zh(share.purpose_zh),
        "dpv:hasPersonalData": [{"@id": f"reg:item/{code}"} for code in share.items],
        "dpv:hasStatus": {"@id": "dpv:ActivityOngoing" if share.in_force else "dpv:ActivityProposed"},
    }


def _law(reference: LegalReference) -> dict[str, str]:
    return {"dct:title": reference.law, "cn:article": reference.article}
