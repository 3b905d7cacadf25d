"""Papers (纸面材料的电子件): what a file really is, a clean copy of it, its preview. Never: cases, persons, keys."""
