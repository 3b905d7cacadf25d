"""公民身份号码 and other documents, 统一社会信用代码, masking. Never: who a person is."""
