"""Files from employers and bureaus, checked row by row, loaded whole or not at all. Never: a door of its own."""
