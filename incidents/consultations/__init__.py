"""相談 (3.9.1.1): a question to the 中央電子計算組織管理者, answered in a thread."""
