"""复核申请: an objection to a decision."""
