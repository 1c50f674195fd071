"""Tables that leave the portal: every list declares its own (`musashimurayama_isms.tables`), this floor hands them out.

A small table is made while one waits, a large one by a worker with its progress; what tells of persons leaves as a workbook
under a password (3.9.1.4). Who took which out, how it was narrowed and how many rows it had is recorded.
"""
