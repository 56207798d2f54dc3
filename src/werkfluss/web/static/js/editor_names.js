// Names on the drawing in the language of the reader. The file keeps the name of its own language and the others beside
// it (wf:label); while the drawing is shown, the one that is read stands in the place of the name, and goes back to its
// own place before the file is written. A name that is changed on the drawing is changed in the language one sees.
// The own name waits in the label, so that it comes along when a step is copied or its type is changed.
export class Names {
  constructor(modeler, language) {
    this.modeler = modeler;
    this.language = language;
    this.read = []; // what the file holds beside the shapes: processes, for instance
    this.shown = false;
    modeler.on("import.parse.complete", ({ elementsById }) => {
      this.read = Object.values(elementsById ?? {});
      this.shown = false;
      this.show(this.read);
    });
    modeler.on("saveXML.start", () => this.back());
    modeler.on("saveXML.serialized", () => this.show(this.all()));
    modeler.on("saveXML.done", ({ error }) => { if (error) this.show(this.all()); });
  }

  label(element) {
    return element?.extensionElements?.values?.find((part) => part.$type === "wf:Label");
  }

  all() {
    return new Set([...this.read, ...this.modeler.get("elementRegistry").getAll().map((shape) => shape.businessObject)]);
  }

  show(elements) {
    if (this.shown) return;
    this.shown = true;
    for (const element of elements) {
      const label = this.label(element);
      const said = label?.[this.language];
      if (!said || said === element.name) continue;
      label.own = element.name ?? "";
      element.name = said;
    }
  }

  back() {
    if (!this.shown) return;
    this.shown = false;
    for (const element of this.all()) {
      const label = this.label(element);
      if (label?.own === undefined) continue;
      if (element.name) label[this.language] = element.name;
      element.name = label.own;
      delete label.own;
    }
  }
}
