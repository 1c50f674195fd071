"""Which test runs each command of the chapters on production, upgrades, backups and the closed network.

Pattern of the whole line, test, and why it is not run as it is printed.
"""

CHAPTER = "tests/test_production_chapters.py::test_the_"
CONTAINERS = f"{CHAPTER}block_for_containers_names_only_services_that_there_are"
SYSTEMD = f"{CHAPTER}block_for_systemd_lays_every_unit_and_keeps_the_settings_to_the_portal"
RELAY = f"{CHAPTER}block_for_the_relay_gives_a_configuration_that_nginx_takes"
BACK = f"{CHAPTER}way_back_turns_the_link_and_restarts_the_three"
SIGNS = "tests/faults/test_production.py::test_a_task_that_is_ordered_on_the_page_is_done_by_a_worker_and_the_scheduler_gives_its_sign"
UPGRADE = "tests/faults/test_upgrade.py::test_the_"
IN_A_FOLDER = "絶対パスを一時フォルダの下に読み替え、サービスの命令は控えるだけにして、そのまま動かします。"

RESTORE = "tests/test_backup_restore.py::test_"
HALVES = "tests/test_backup_sealed.py::test_two_files_or_what_is_typed_give_the_settings_by_both_commands"
BUNDLE = "tests/test_bundle.py::test_the_command_of_the_handbook_makes_it"
INSTALL = "tests/test_install.py::test_"
OTHER_PATHS = "場所の名前だけを替え、別々のデータベースに対して動かします。"
NO_ROUTE = "外への道のないネットワークの中で、一時フォルダに入れます。"

PROOFS = [
    (
        r"\(umask 077; openssl rand .*\)",
        "tests/test_settings.py::test_the_key_of_backups_may_lie_in_a_file_and_nowhere_else_then",
        "同じ形の鍵を、一時フォルダのファイルに置いて読ませます。",
    ),
    (r"python manage\.py (load_reference|verify_trail)", f"{RESTORE}a_backup_comes_back_whole_and_goes_on", OTHER_PATHS),
    (r"python manage\.py (backup|restore) .*", f"{RESTORE}a_backup_comes_back_whole_and_goes_on", OTHER_PATHS),
    (r"python manage\.py verify_backup \S+", f"{RESTORE}a_proof_is_a_restore_that_leaves_nothing_but_its_result", OTHER_PATHS),
    (r"python manage\.py verify_backup \S+ --head .*", f"{RESTORE}a_head_noted_elsewhere_is_held_against_the_backup", OTHER_PATHS),
    (r"python manage\.py verify_backup \S+ --database .*", f"{RESTORE}a_given_empty_database_is_used_and_left_empty", OTHER_PATHS),
    (r"python manage\.py escrow_keys .*", f"{RESTORE}a_restored_chain_verifies_with_the_keys_joined_from_two_sheets", OTHER_PATHS),
    (r"python (manage\.py join_keys|-m musashimurayama_isms\.backup\.halves)( a\.txt b\.txt)?", HALVES, OTHER_PATHS),
    (
        r"python manage\.py record_digest .*",
        "tests/test_retention.py::test_a_copy_kept_elsewhere_is_proved_or_disproved",
        "番号だけを替えて、命令を直接呼びます。",
    ),
    (r"make bundle.*", BUNDLE, "make が呼ぶ命令を確かめ、その命令を隣のテストが実際に動かします。"),
    (
        r"sha256sum .*",
        "tests/test_bundle.py::test_the_sum_beside_it_finds_a_bundle_that_was_damaged_on_its_way",
        "名前だけを替えて動かします。",
    ),
    (r"tar -xzf .*", f"{INSTALL}the_portal_runs_without_a_network", "同じ束を、テストの場所に開きます。"),
    (r"\./install\.sh( --without-servers)?", f"{INSTALL}production_gets_settings_with_keys_of_its_own", NO_ROUTE),
    (r"\./install\.sh --switch", f"{INSTALL}an_update_stands_ready_and_is_switched_to_when_told", NO_ROUTE),
    (r"\./install\.sh --trial .*|cd \S+ && \.venv/bin/python -m deploy\.run", f"{INSTALL}the_portal_runs_without_a_network", NO_ROUTE),
    (
        r"cp \.env\.example .*|mkdir -p tls .*|docker compose .*",
        CONTAINERS,
        "実行系がないため。サービスの名前と順番を確かめます。",
    ),
    (r"install .* (/etc/musashimurayama-isms/portal\.env|/srv/portal/var .*|/etc/systemd/system/)", SYSTEMD, IN_A_FOLDER),
    (r"systemctl (daemon-reload|enable .*)", SYSTEMD, IN_A_FOLDER),
    (
        r"systemd-analyze .*",
        "tests/test_systemd.py::test_systemd_finds_nothing_wrong_with_the_units",
        "ユニットを一時フォルダに置いて調べます。",
    ),
    (r"install .*/etc/nginx/.*|nginx -t|openssl req .*", RELAY, IN_A_FOLDER),
    (r"createdb .*", f"{CHAPTER}database_that_the_chapter_makes_has_the_right_letters", "専用の PostgreSQL で、そのまま動かします。"),
    (
        r"python manage\.py doctor( --\w+)?",
        "tests/test_doctor.py::test_the_command_ends_with_one_only_where_something_is_wrong",
        "同じ指定で、命令を直接呼びます。",
    ),
    (
        r"cd /srv/portal/current && setpriv .*",
        f"{UPGRADE}line_of_the_chapter_asks_the_doctor_in_the_name_of_the_portal",
        "フォルダと利用者だけを読み替え、そのまま動かします。",
    ),
    (
        r"curl --fail .*/metrics",
        "tests/faults/test_production.py::test_figures_are_for_monitoring_inside_the_server_alone",
        "同じ要求を、同じヘッダーで送ります。",
    ),
    (r"python -m deploy\.(healthz|heartbeat \w+)", SIGNS, "コンテナの健康診断として、そのまま動かします。"),
    (
        r"/srv/portal/releases/1\.1\.0/deploy/upgrade\.sh .*",
        f"{UPGRADE}script_changes_tables_first_then_web_worker_and_scheduler",
        "フォルダだけを読み替えて動かします。",
    ),
    (r"ln -sfn releases/1\.0\.0 .*|systemctl restart .*", BACK, IN_A_FOLDER),
    (
        r"python -m deploy\.migrations( --freeze)?",
        "tests/test_migrations.py::test_the_command_judges_and_freezes",
        "一覧を一時フォルダに読み替えて動かします。",
    ),
]
