"""Commands of the operator (shebao …). Translates, never decides."""
