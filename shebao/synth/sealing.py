"""The vault of a chunk: invented contact details, sealed with each person's own key, and the blind indexes."""

from collections.abc import Iterator
from typing import Any

from shebao.privacy import keys, vault
from shebao.synth import stream
from shebao.synth.people import People
from shebao.synth.world import World, words

KEY_CLASS = "statutory"
# No telephone number in China starts with 100 followed by eight digits, no bank card number with 0, and no
# real social security card with T: these can belong to nobody.
PHONE_PREFIX, BANK_PREFIX, CARD_PREFIX = "100", "0000", "T"
VAULT = ("subject_id", "item", "key_class", "ciphertext")
BLIND = ("purpose", "digest", "subject_id")


def card_number(subject: int) -> str:
    """An invented 社保卡号 of nine characters, different for everybody."""
    return f"{CARD_PREFIX}{subject * 7919 % 100_000_000:08d}"


def bank_account(subject: int) -> str:
    """An invented account of nineteen digits whose last digit fits the others, as on a card."""
    body = f"{BANK_PREFIX}{subject * 15485863 % 10**14:014d}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    return f"{body}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def contacts(world: World, people: People, person: int) -> dict[str, str]:
    """Everything the vault keeps of one person."""
    subject = people.first + person + 1
    streets = words()["streets"]
    districts, roads = streets["districts"].split(), streets["streets"].split()
    place = districts[subject % len(districts)] + roads[subject // 4 % len(roads)]
    return {
        "person.name": people.names[person],
        "person.id_number": people.numbers[person],
        "person.phone": f"{PHONE_PREFIX}{subject * 104729 % 100_000_000:08d}",
        "person.address": f"{world.city(int(people.city[person]))}{place}{1 + subject % 180}号",
        "person.bank_account": bank_account(subject),
        "person.card_number": card_number(subject),
    }


def seal(cursor: Any, world: World, people: People) -> None:
    """Keys, vault and blind indexes of a chunk."""
    held = keys.data_keys_many(people.subject.tolist(), [KEY_CLASS], fresh=True)
    told = [contacts(world, people, person) for person in range(people.count)]
    subjects = people.subject.tolist()
    stream.rows(cursor, "privacy_vault", VAULT, _cells(subjects, told, held))
    stream.rows(cursor, "privacy_blind", BLIND, _blinds(subjects, told))


def _cells(
    subjects: list[int], told: list[dict[str, str]], held: dict[tuple[int, str], keys.DataKey]
) -> Iterator[tuple[int, str, str, bytes]]:
    for subject, values in zip(subjects, told, strict=True):
        key = held[subject, KEY_CLASS]
        for item, value in values.items():
            yield subject, item, KEY_CLASS, vault.seal_with(key, subject, item, value)


def _blinds(subjects: list[int], told: list[dict[str, str]]) -> Iterator[tuple[str, bytes, int]]:
    numbers = [values["person.id_number"] for values in told]
    real = [f"{values['person.id_number']}|{values['person.name']}" for values in told]
    cards = [values["person.card_number"] for values in told]
    for purpose, plain in (("id_number", numbers), ("real_name", real), ("card", cards)):
        for subject, digest in zip(subjects, keys.blind_many(purpose, plain), strict=True):
            yield purpose, digest, subject
