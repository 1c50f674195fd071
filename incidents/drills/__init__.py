"""緊急時対応訓練 (3.9.2.3): planned, run on the same screens as the real thing, evaluated step by step."""
