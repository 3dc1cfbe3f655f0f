"""The database and the broker, from the environment or the embedded defaults."""

from pathlib import Path
from typing import Any

from environ import FileAwareEnv


def database(env: FileAwareEnv, data_dir: Path) -> dict[str, Any]:
    """PostgreSQL when DATABASE_URL says so, else one durable SQLite file under DATA_DIR.

    SQLite runs with rollback journal and full synchronisation: slower than WAL, but free
    of the WAL reset race that several still current library versions carry.
    """
    url = env("DATABASE_URL", default="")
    if url:
        settings = env.db_url_config(url)
        if settings["ENGINE"].endswith("postgresql"):
            settings.setdefault("OPTIONS", {})["options"] = (
                "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
            )
            settings["CONN_HEALTH_CHECKS"] = True
            settings.setdefault("CONN_MAX_AGE", 60)
        return settings
    return sqlite(data_dir / "reception.sqlite3")


def sqlite(path: Path) -> dict[str, Any]:
    """One SQLite file with immediate transactions, so two writers queue instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def broker(env: FileAwareEnv, data_dir: Path) -> dict[str, Any]:
    """Celery broker settings: Redis by URL, else a folder under DATA_DIR."""
    url = env("CELERY_BROKER_URL", default="")
    if url:
        # A broker that is down or hangs is noticed in seconds, by the worker as by whoever wakes it.
        options = {"visibility_timeout": 300, "socket_connect_timeout": 2, "socket_timeout": 10}
        return {"CELERY_BROKER_URL": url, "CELERY_BROKER_TRANSPORT_OPTIONS": options}
    folder = data_dir / "broker"
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "CELERY_BROKER_URL": "filesystem://localhost//",
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "store_processed": False,
        },
    }
