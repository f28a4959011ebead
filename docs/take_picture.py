"""Take the README's picture: a screenshot of a report in headless Chromium.

python docs/take_picture.py reports/html/handbook-retrieval/hybrid.html docs/images/report.png
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)


def main() -> int:
    """Open the page from disk and write what the first screen shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--size", default="1200,1050", help="width and height in pixels")
    given = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("no Chromium on the PATH; install it with your package manager")
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *QUIET, f"--user-data-dir={profile}", f"--window-size={given.size}"]
        target = f"--screenshot={given.picture.resolve()}"
        subprocess.run([*command, target, given.page.resolve().as_uri()], check=True, timeout=120)
    return 0


if __name__ == "__main__":
    sys.exit(main())
