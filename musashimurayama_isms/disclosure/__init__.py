"""What leaves the portal masked: papers for 情報公開請求, and a copy of the database for a test environment.

Stands above every floor it reads. The rows of the floors are never altered.
"""
