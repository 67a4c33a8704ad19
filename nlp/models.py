"""Where weights lie. Law: a folder given by the operator wins, file by file, over the weights shipped here.

`weights/` is learned from this project's own examples alone; `weights-cc-by-sa/` also from the data sets named in its
LICENCE.md and stays under that licence.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from nlp.linear import Linear, read

HERE = Path(__file__).parent
FROM_OUTSIDE = ("kind", "wish", "moderation")  # learned from data sets under CC BY-SA too
SHIPPED = (HERE / "weights", HERE / "weights-cc-by-sa")


def model_folder(name: str, folder: Path | None = None) -> Path:
    """Find the folder that holds model `name`.

    Raises FileNotFoundError when no folder does.
    """
    for place in ((folder,) if folder else ()) + SHIPPED:
        if (place / f"{name}.json").exists():
            return place
    raise FileNotFoundError(f"model {name!r} is missing: run `talstimme train`, or reinstall")


def read_model(name: str, folder: Path | None = None) -> Linear:
    """Read model `name` from `folder` or, when it is not there, from the shipped weights."""
    return read(model_folder(name, folder), name)


def settle(learned: Path, folder: Path) -> None:
    """Copy new weights from `learned` to `folder`; when that is the shipped one, each file goes under its licence."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in learned.iterdir():
        outside = folder.resolve() == SHIPPED[0] and path.stem in FROM_OUTSIDE
        shutil.copy2(path, (SHIPPED[1] if outside else folder) / path.name)


def version(names: tuple[str, ...], folder: Path | None = None) -> str:
    """Give a short name for the set of weights in use: it changes exactly when one of them does."""
    digest = hashlib.sha256()
    for name in names:
        digest.update((model_folder(name, folder) / f"{name}.npz").read_bytes())
    return digest.hexdigest()[:10]
