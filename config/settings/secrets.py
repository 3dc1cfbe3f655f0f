"""Secrets of an embedded installation: made once, kept beside the data, readable by the owner only."""

import base64
import os
import secrets
from pathlib import Path

NAMES = ("DJANGO_SECRET_KEY", "VAULT_KEY", "VAULT_INDEX_KEY", "AUDIT_KEY")


def local_secrets(data_dir: Path) -> dict[str, str]:
    """Read ``secrets.env`` under the data folder, making it on the first start.

    The file is written under a private name and linked into place, so two processes
    that start together end with the same keys.
    """
    path = data_dir / "secrets.env"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".secrets.{os.getpid()}.{secrets.token_hex(4)}"
        lines = [f"{name}={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}" for name in NAMES]
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write("\n".join(lines) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, value in pairs}
