"""Logistic regression with several classes, small enough to be fitted and kept here."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Logistic", "fit", "read_logistic", "write_logistic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Chances of classes from features, by weights that somebody fitted."""

    classes: tuple[str, ...]
    weights: "NDArray[Any]"
    """Shape (classes, features)."""
    bias: "NDArray[Any]"
    digest: str = ""
    """Digest of the file that it was read from."""

    def __call__(self, features: "NDArray[Any]", /) -> "NDArray[Any]":
        """Chances of the classes, shape (rows, classes); those of a row add up to 1."""
        import numpy as np

        raised = np.asarray(features, dtype=np.float64) @ self.weights.T + self.bias
        raised = np.exp(raised - raised.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)


def fit(
    features: "NDArray[Any]",
    labels: Sequence[str],
    *,
    penalty: float,
) -> Logistic:
    """The likeliest weights under a penalty on their squares; the bias is free.

    Args:
        features: shape (rows, features).
        labels: class of each row.
        penalty: half of it times the squared weights is added to the mean loss of a row.
    """
    import numpy as np
    from scipy.optimize import minimize

    classes = tuple(sorted(set(labels)))
    wanted = np.array([[label == name for name in classes] for label in labels], dtype=np.float64)
    rows = np.hstack([np.asarray(features, dtype=np.float64), np.ones((len(labels), 1))])

    def loss(flat: "NDArray[Any]") -> tuple[float, "NDArray[Any]"]:
        weights = flat.reshape(len(classes), -1)
        raised = rows @ weights.T
        raised -= raised.max(axis=1, keepdims=True)
        logs = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
        slope = (np.exp(logs) - wanted).T @ rows / len(rows)
        slope[:, :-1] += penalty * weights[:, :-1]
        size = penalty / 2 * float((weights[:, :-1] ** 2).sum())
        return size - float((logs * wanted).sum()) / len(rows), slope.ravel()

    found = minimize(loss, np.zeros(len(classes) * rows.shape[1]), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(len(classes), -1).astype(np.float32)
    return Logistic(classes=classes, weights=weights[:, :-1], bias=weights[:, -1])


def write_logistic(path: Path, model: Logistic) -> None:
    """Keep the weights as safetensors."""
    import numpy as np
    from safetensors.numpy import save_file

    tensors = {
        "weights": np.ascontiguousarray(model.weights),
        "bias": np.ascontiguousarray(model.bias),
    }
    save_file(tensors, path, metadata={"classes": json.dumps(model.classes)})


def read_logistic(path: Path) -> Logistic:
    """Weights that were kept.

    Raises:
        UsageError: there is no such file.
    """
    try:
        from safetensors import safe_open
    except ImportError as error:
        raise MissingExtra("routing and reflection need: pip install safetensors") from error
    if not path.is_file():
        raise UsageError(f"there are no weights {str(path)!r}; run python -m systems.rag.fitting")
    with safe_open(str(path), framework="numpy") as kept:
        return Logistic(
            classes=tuple(json.loads(kept.metadata()["classes"])),
            weights=kept.get_tensor("weights"),
            bias=kept.get_tensor("bias"),
            digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
