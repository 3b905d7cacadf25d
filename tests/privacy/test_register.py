"""The register: what the loader refuses, how it is hashed, what counts as a grave change."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import changes, chapters, judge, register, vocabulary
from shebao.privacy.book import Register
from shebao.privacy.declared import LegalReference, RegisterError, Table, cite, days, numeral

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
NAMES = ("jilin", "ebao", "guangxi")
ITEMS, TABLES = register.read_dictionary(PROFILES)
BODIES = {name: {**chapters.register(PROFILES, name), "item": ITEMS} for name in NAMES}


class Draft:
    """A copy of a profile's register that a test may change before it is read."""

    def __init__(self, profile: str = "jilin") -> None:
        self.body: dict[str, Any] = copy.deepcopy(BODIES[profile])

    def row(self, kind: str, code: str) -> dict[str, Any]:
        key = "name" if kind == "client_storage" else "code"
        found: dict[str, Any] = next(row for row in self.body[kind] if row[key] == code)
        return found

    def put(self, kind: str, code: str, **values: Any) -> "Draft":
        self.row(kind, code).update(values)
        return self

    def add_process(self, code: str, like: str = "service.personalise", **values: Any) -> "Draft":
        self.body["process"].append({**self.row("process", like), "code": code, **values})
        return self

    def drop(self, kind: str, code: str) -> "Draft":
        self.body[kind].remove(self.row(kind, code))
        return self

    def read(self) -> Register:
        return Register.from_body(self.body, TABLES)

    def codes(self) -> set[str]:
        return {problem.code for problem in judge.problems(self.read())}


def test_the_three_registers_are_accepted() -> None:
    for name in NAMES:
        assert register.load(name, PROFILES).profile == name


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_column_and_item_belongs_together(name: str) -> None:
    book = register.load(name, PROFILES)
    exactly = {table.name: set(table.columns) for table in book.tables.values()}
    assert register.check(book, exactly) == []


@pytest.mark.parametrize("name", NAMES)
def test_ledger_sentences_are_short_and_plain(name: str) -> None:
    for process in register.load(name, PROFILES).process.values():
        assert process.plain_zh.startswith("为")
        assert len(process.plain_zh) <= 60


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"items": ["person.shoe_size"]}, "unknown_item"),
        ({"legal_basis": ""}, "no_basis"),
        ({"legal_reference": []}, "no_legal_reference"),
        ({"legal_basis": "13-1-1"}, "consent_kind_missing"),
        ({"consent_kind": "plain"}, "consent_not_needed"),
        ({"necessity_zh": ""}, "necessity_missing"),
        ({"impact_zh": ""}, "necessity_missing"),
        ({"assessment": ""}, "assessment_missing"),
        ({"retention": "keep.forever"}, "retention_missing"),
        ({"use": "advertising"}, "use_unmapped"),
        ({"plain_zh": "查缴费"}, "plain_words"),
        ({"roles": ["minister"]}, "bad_value"),
        ({"row_rule": "everyone"}, "bad_value"),
        ({"rate": "often"}, "bad_rate"),
        ({"recipients": ["share.alipay"]}, "recipient_not_authorised"),
        ({"purpose": "dpv:Personalisation"}, "choice_forced"),
    ],
)
def test_a_process_that_breaks_a_rule_is_refused(values: dict[str, Any], code: str) -> None:
    assert code in Draft().put("process", "enquiry.contribution", **values).codes()


def test_a_refusal_names_every_reason_at_once() -> None:
    draft = Draft().put("process", "enquiry.contribution", rate="often", use="advertising")
    with pytest.raises(RegisterError) as refused:
        register.accept(draft.read())
    assert {problem.code for problem in refused.value.problems} == {"bad_rate", "use_unmapped"}
    assert "process enquiry.contribution" in str(refused.value)


def test_unknown_missing_and_repeated_keys_are_refused() -> None:
    with pytest.raises(RegisterError, match="多出 colour"):
        Draft().put("process", "enquiry.home", colour="green").read()
    lacking = Draft()
    del lacking.row("process", "enquiry.home")["row_rule"]
    with pytest.raises(RegisterError, match="缺少 row_rule"):
        lacking.read()
    with pytest.raises(RegisterError, match="编号重复"):
        Draft().add_process("enquiry.home").read()


@pytest.mark.clause("EB-1-02")
def test_the_general_aim_alone_justifies_nothing() -> None:
    draft = Draft("ebao").put("process", "enquiry.contribution", use="best_service")
    assert draft.codes() == {"general_aim"}


@pytest.mark.clause("JL-3.1.2-01")
def test_each_purpose_of_jilin_belongs_to_one_of_the_three_uses() -> None:
    book = register.load("jilin", PROFILES)
    assert {use.clause for use in book.use.values()} == {"JL-3.1.2-02", "JL-3.1.2-03", "JL-3.1.2-08"}
    assert {process.use for process in book.process.values()} == set(book.use)
    assert "use_unmapped" in Draft().put("process", "enquiry.home", use="trade").codes()


@pytest.mark.clause("EB-2.1.4-01", "GX-1.3.6-01")
@pytest.mark.parametrize("profile", ["ebao", "guangxi"])
def test_a_legal_duty_needs_the_law_and_its_article(profile: str) -> None:
    draft = Draft(profile)
    assert draft.row("process", "privacy.export")["use"] == "law"
    assert draft.put("process", "privacy.export", legal_reference=[]).codes() == {"no_legal_reference"}


def test_marketing_never_uses_insurance_or_health_data() -> None:
    assert (
        "marketing_with_insurance"
        in Draft("ebao").put("process", "notice.marketing", items=["person.phone", "claim.record"]).codes()
    )
    assert "notice.marketing" not in register.load("jilin", PROFILES).process
    assert "notice.marketing" not in register.load("guangxi", PROFILES).process


def test_marketing_personalisation_and_studies_are_always_a_choice() -> None:
    for name in NAMES:
        for process in register.load(name, PROFILES).process.values():
            if process.purpose in judge.ONLY_BY_CHOICE:
                assert process.optional
                assert process.necessity == "extension"


def test_core_statutory_business_needs_no_consent() -> None:
    for name in ("jilin", "guangxi"):
        book = register.load(name, PROFILES)
        assert all(
            process.legal_basis == "13-1-3"
            for process in book.process.values()
            if process.necessity == "core"
        )


def test_ebao_asks_for_each_kind_of_data_by_itself() -> None:
    book = register.load("ebao", PROFILES)
    asked = [process for process in book.process.values() if process.code.startswith("enquiry.")]
    assert {process.consent_kind for process in asked} == {"separate"}
    assert {process.row_rule for process in asked} == {"linked"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"payment": True}, "sale"),
        ({"onward": True}, "onward"),
        ({"cross_border": True}, "onward"),
        ({"consent_kind": ""}, "separate_consent"),
        ({"record_keep": "P1Y"}, "record_keep"),
        ({"in_force": True}, "no_agreement"),
        ({"recipient": "nobody"}, "unknown_party"),
    ],
)
def test_sharing_without_its_conditions_is_refused(values: dict[str, Any], code: str) -> None:
    assert code in Draft().put("sharing", "share.alipay", **values).codes()


def test_a_recipient_without_a_privacy_statement_cannot_be_active() -> None:
    agreement = {"number": "2026-7", "signed_on": "2026-01-01", "valid_until": "2027-01-01"}
    draft = Draft().put("sharing", "share.alipay", in_force=True, agreement=agreement)
    assert draft.codes() == {"no_statement"}
    assert draft.put("party", "alipay", statement_url="/privacy/shares/").codes() == set()


@pytest.mark.clause("GX-2-01")
def test_an_agreement_to_sell_is_refused_even_with_consent() -> None:
    agreement = {"number": "2026-7", "signed_on": "2026-01-01", "valid_until": "2027-01-01"}
    draft = Draft("guangxi").put(
        "sharing", "share.settlement", payment=True, consent_kind="separate", agreement=agreement
    )
    assert draft.codes() == {"sale"}


def test_high_risk_stops_the_processing() -> None:
    assert "high_risk" in Draft().put("assessment", "pia.health", risk="high").codes()


def test_an_ordinary_diagnosis_is_refused() -> None:
    draft = Draft()
    draft.body["item"] = [
        *ITEMS,
        {**ITEMS[0], "code": "claim.diagnosis", "label_zh": "病情", "sensitivity": "none"},
    ]
    assert "never_ordinary" in draft.codes()


def test_columns_are_compared_both_ways() -> None:
    book = register.load("jilin", PROFILES)
    columns = {table.name: set(table.columns) for table in book.tables.values()}
    columns["registry_person"].add("shoe_size")
    columns["registry_claim"].remove("cash_fen")
    columns["stray"] = {"id"}
    del columns["registry_benefit"]
    found = {(problem.code, problem.where) for problem in register.check(book, columns)}
    assert found == {
        ("column_undeclared", "registry_person.shoe_size"),
        ("column_missing", "registry_claim.cash_fen"),
        ("table_undeclared", "stray"),
        ("table_missing", "registry_benefit"),
    }


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"actor_id": "login.session", "imei": "system"}, "device_is_personal"),
        ({"actor_id": "system", "page": "system"}, "key_is_personal"),
        ({"subject_id": "person.basic", "ethnicity": "person.basic"}, "never_ordinary"),
        ({"id": "system", "diagnosis": "system"}, "never_ordinary"),
        ({"subject_id": "person.basic", "hat": "person.hat"}, "unknown_item"),
    ],
)
def test_a_wrongly_classified_column_is_reported(columns: dict[str, str], code: str) -> None:
    tables = {**TABLES, "extra": Table("extra", "附表", "", columns)}
    book = Register.from_body(BODIES["jilin"], tables)
    found = register.check(book, {table.name: set(table.columns) for table in tables.values()})
    assert [problem.code for problem in found] == [code]


def test_an_item_that_nothing_uses_is_reported() -> None:
    draft = Draft()
    draft.body["item"] = [*ITEMS, {**ITEMS[0], "code": "person.hobby", "label_zh": "爱好"}]
    book = draft.read()
    found = register.check(book, {table.name: set(table.columns) for table in TABLES.values()})
    assert [(problem.code, problem.where) for problem in found] == [("item_unused", "person.hobby")]


@given(st.randoms())
def test_order_of_keys_does_not_change_the_hash(random: Any) -> None:
    body = copy.deepcopy(BODIES["guangxi"])
    for kind in ("process", "retention", "party"):
        body[kind] = [dict(random.sample(list(row.items()), len(row))) for row in body[kind]]
    assert Register.from_body(body).sha256() == Register.from_body(BODIES["guangxi"]).sha256()


def test_any_change_of_content_changes_both_hashes() -> None:
    before = Draft().read()
    after = Draft().put("process", "enquiry.home", plain_zh="为在首页给您看概况").read()
    assert before.sha256() != after.sha256()
    assert before.sm3() != after.sm3()


def test_a_stored_body_reads_back_to_the_same_register() -> None:
    for name in NAMES:
        book = register.load(name, PROFILES)
        assert Register.from_body(book.body()).sha256() == book.sha256()


def test_nothing_changed_is_no_change() -> None:
    for name in NAMES:
        book = register.load(name, PROFILES)
        assert changes.diff(book, book).changes == ()


@pytest.mark.parametrize(
    ("kind", "code", "values", "change", "asked"),
    [
        ("process", "service.personalise", {"items": ["search.record", "person.basic"]}, "item_added", True),
        ("process", "service.personalise", {"purpose": "dpv:ServiceProvision"}, "purpose_changed", True),
        ("process", "service.personalise", {"automation": "sole"}, "method_changed", True),
        ("process", "service.personalise", {"consent_kind": "separate"}, "consent_kind_changed", True),
        ("process", "service.personalise", {"retention": "keep.case"}, "retention_longer", True),
        ("party", "jl.bureau", {"name": "另一家单位"}, "handler_changed", True),
        ("party", "jl.bureau", {"contact": "另一个电话"}, "handler_contact", True),
        ("party", "dpo", {"name": "另一个部门"}, "responsible_department", True),
        ("permission", "camera", {"sole_use": "看看"}, "permission", True),
        ("assessment", "pia.optional", {"risk": "high"}, "high_risk", True),
        ("retention", "keep.case", {"period": "P10Y"}, "retention_longer", True),
        ("retention", "keep.case", {"period": "P1Y"}, "retention_shorter", False),
        ("process", "service.improve", {"items": ["login.session"]}, "item_removed", False),
        ("process", "enquiry.home", {"plain_zh": "为给您看概况"}, "wording", False),
        ("process", "enquiry.home", {"rate": "60/m"}, "rate", False),
    ],
)
def test_what_counts_as_a_grave_change(
    kind: str, code: str, values: dict[str, Any], change: str, asked: bool
) -> None:
    found = changes.diff(Draft().read(), Draft().put(kind, code, **values).read())
    assert change in {one.kind for one in found.changes}
    assert found.material is asked


def test_a_new_purpose_is_grave_and_concerns_itself_alone() -> None:
    found = changes.diff(Draft().read(), Draft().add_process("service.games").read())
    assert found.processes == ("service.games",)
    assert not changes.diff(Draft().read(), Draft().drop("process", "service.improve").read()).material


def test_a_lost_choice_is_grave() -> None:
    now_forced = {"legal_basis": "13-1-3", "consent_kind": "", "purpose": "dpv:ServiceProvision"}
    found = changes.diff(Draft().read(), Draft().put("process", "service.personalise", **now_forced).read())
    assert "choice_removed" in {one.kind for one in found.changes}


def test_legal_references_read_as_chinese_law() -> None:
    law = "社会保险法"
    assert cite([LegalReference(law, "4"), LegalReference(law, "74")]) == "社会保险法第四条、第七十四条"
    assert cite([LegalReference(law, "附则")]) == "社会保险法（附则）"
    words = [numeral(n) for n in (4, 10, 13, 20, 74, 100, 105, 110, 188)]
    assert words == ["四", "十", "十三", "二十", "七十四", "一百", "一百零五", "一百一十", "一百八十八"]


def test_periods_are_read_or_refused() -> None:
    assert (days("P3Y"), days("P180D"), days("P1Y6M"), days("P0D")) == (1095, 180, 545, 0)
    assert days("three years") is None
    assert days("P") is None


@pytest.mark.parametrize("name", NAMES)
def test_the_export_names_every_purpose_and_links_its_data(name: str) -> None:
    book = register.load(name, PROFILES)
    document = vocabulary.json_ld(book)
    nodes = {node["@id"]: node for node in document["@graph"]}
    for code, process in book.process.items():
        linked = {one["@id"] for one in nodes[f"reg:process/{code}"]["dpv:hasPersonalData"]}
        assert linked == {f"reg:item/{item}" for item in process.data}
        assert linked <= nodes.keys()
