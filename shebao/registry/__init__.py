"""What the agency keeps about insured people and employers (参保登记库). Never: who may look (privacy), what the law computes (rules)."""
