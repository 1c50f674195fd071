"""The plan for the bad day: 業務継続計画（ICT編） and 緊急連絡網 (3.11.3, 3.4.2.3.7-8, 3.10.5.1.5)."""
