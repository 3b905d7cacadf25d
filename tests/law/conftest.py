"""Random people for the law: no deadline on a shared machine, and few enough to stay quick."""

from hypothesis import settings

settings.register_profile("law", deadline=None, max_examples=40)
settings.load_profile("law")
