"""出具证明: 参保证明, 缴费证明, 个人权益记录单 (domain items R11, R12, M10). Decided at once."""
