"""Decision models (DMN 1.1 to 1.5): read, evaluated with a trail, tested and checked for gaps. Pure, no clock."""

from .evaluate import evaluate, evaluate_all
from .linking import link
from .model import Model
from .reading import read
from .result import Result

__all__ = ["Model", "Result", "evaluate", "evaluate_all", "link", "read"]
