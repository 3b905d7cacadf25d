"""Shebao (社保): a public-service platform for social and medical insurance."""

__version__ = "0.1.0"
