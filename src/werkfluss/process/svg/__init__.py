"""A drawing of a process from its BPMN diagram: clean SVG, styled by CSS classes alone.

Classes: ``bpmn`` (the drawing) · ``bpmn-pool`` ``bpmn-lane`` ``bpmn-task`` ``bpmn-subprocess`` ``bpmn-event``
``bpmn-event-inner`` ``bpmn-end`` (thick) ``bpmn-gateway`` ``bpmn-artifact`` (outlines) · ``bpmn-flow``
``bpmn-message-flow`` ``bpmn-association`` ``bpmn-arrow`` (lines; ``bpmn-arrow`` is filled) · ``bpmn-mark`` (signs
inside) · ``bpmn-label`` ``bpmn-title`` ``bpmn-note`` (text) · ``is-active`` ``is-done`` ``heat-1`` … on the group of an
element · ``bpmn-count`` with ``bpmn-plate`` and ``bpmn-figure`` (a figure at the corner of an element).
"""

from .lettering import wrapped
from .page import draw
from .signs import STYLE

__all__ = ["STYLE", "draw", "wrapped"]
