"""The table of the bare page, made by the run and read by the page."""

TABLE = "bench_bare_row"
MAKE = """
CREATE TABLE IF NOT EXISTS bench_bare_row (id integer PRIMARY KEY, words varchar(100) NOT NULL);
INSERT INTO bench_bare_row (id, words) SELECT n, '見本 ' || n FROM generate_series(1, 400) n ON CONFLICT DO NOTHING;
"""
