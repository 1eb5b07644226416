"""Settings: what is wrong is said in one line that names the variable."""

from pathlib import Path

import pytest

from inbox.config import Settings
from inbox.environment import SettingsError


def test_a_call_is_over_before_its_claim_is(tmp_path: Path) -> None:
    settings = Settings.from_env({"LOBBY_DATA": str(tmp_path)})
    assert settings.send_timings.lease.total_seconds() > 2 * settings.provider_seconds


@pytest.mark.parametrize(
    ("lease", "provider"),
    [("30", "15"), ("10", "20"), ("40", "")],
    ids=["equal", "less", "default"],
)
def test_a_claim_shorter_than_its_call_is_refused(
    tmp_path: Path, lease: str, provider: str
) -> None:
    environ = {"LOBBY_LEASE_SECONDS": lease, "LOBBY_PROVIDER_SECONDS": provider}
    with pytest.raises(SettingsError, match="LOBBY_LEASE_SECONDS") as caught:
        Settings.from_env({"LOBBY_DATA": str(tmp_path), **environ})
    assert "\n" not in str(caught.value)
