"""The parts of reading a BPMN file: elements, events, activities, the dialects of the engines, the drawing."""
