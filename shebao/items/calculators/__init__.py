"""测算: questions, the rules they go to, and a result that explains itself. Pure: nothing is read or stored."""
