"""注意喚起: what 中央電子計算組織管理者 and 電子計算組織総括管理者 tell the staff about security (3.10.4.1.3, 3.10.6)."""
