// The editor of processes: the prebuilt modeler, our forms beside it, one undo for both. The server writes the forms
// into the file and judges it; here the drawing is only sent along and shown.
import german from "../vendor/bpmn-de.js";
import { announce } from "./words.js";
import { History } from "./editor_history.js";
import { Parts } from "./editor_parts.js";
import { FACTS } from "./editor_facts.js";
import { Names } from "./editor_names.js";
import { firstView } from "./editor_view.js";

const CHECK_AFTER = 900;
const SAVE_EVERY = 30_000;

const translate = (template, replacements = {}) => {
  const known = document.documentElement.lang.startsWith("de") ? german[template] ?? template : template;
  return known.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
};

class Editor {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector("[data-canvas-box]");
    this.parts = new Parts(root, () => this.xml());
    this.chosen = "";
    this.busy = 0; // while the drawing is exchanged, its events mean nothing
    this.dirty = false;
    this.saving = null; // what is on its way to the server
    this.modeler = new window.BpmnJS({
      container: this.box,
      moddleExtensions: { wf: FACTS },
      additionalModules: [{ translate: ["value", translate] }],
      bpmnRenderer: { defaultFillColor: "var(--wf-surface)", defaultStrokeColor: "var(--wf-ink)", defaultLabelColor: "var(--wf-ink)" },
      // By its name: words are measured outside the drawing, where nothing is inherited.
      textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
    });
    this.names = new Names(this.modeler, document.documentElement.lang.slice(0, 2));
    this.history = new History(this);
  }

  get(name) { return this.modeler.get(name); }

  async xml() { return (await this.modeler.saveXML({ format: true })).xml; }

  async start() {
    const source = await (await fetch(this.root.dataset.source)).text();
    try {
      await firstView(this.modeler, this.box, () => this.modeler.importXML(source));
    } catch {
      this.box.textContent = this.root.dataset.broken;
      return;
    }
    if (matchMedia("(max-width: 639px)").matches) this.fold(); // it would cover a third of the drawing
    this.label();
    this.history.begin(source);
    this.listen();
    this.root.dataset.ready = "";
    setInterval(() => this.save(), SAVE_EVERY);
  }

  fold() {
    this.get("palette").close();
    const toggle = this.box.querySelector(".djs-palette-toggle");
    toggle?.setAttribute("title", this.root.dataset.tools);
    toggle?.setAttribute("aria-label", this.root.dataset.tools);
    toggle?.setAttribute("role", "button");
  }

  label() {
    const drawing = this.box.querySelector(".djs-container svg");
    drawing?.setAttribute("role", "application");
    drawing?.setAttribute("aria-label", this.root.dataset.canvas);
  }

  fit() {
    const canvas = this.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  }

  listen() {
    this.modeler.on("commandStack.changed", ({ trigger }) => { if (!this.busy && trigger !== "clear") this.drawn(trigger); });
    this.modeler.on("selection.changed", ({ newSelection }) => { if (!this.busy) this.select(newSelection); });
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.root.addEventListener("click", (event) => this.click(event));
    this.root.addEventListener("keydown", (event) => this.key(event), true);
    this.root.addEventListener("input", (event) => { event.target.closest("form[data-element]")?.setAttribute("data-touched", ""); });
    addEventListener("beforeunload", (event) => { if (this.dirty || this.parts.touched()) event.preventDefault(); });
  }

  async drawn(trigger) {
    this.touched();
    await this.history.drawn(trigger);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.check(), CHECK_AFTER);
  }

  touched() {
    this.dirty = true;
    this.parts.say(this.root.dataset.unsaved);
  }

  async select(elements) {
    const one = elements.length === 1 ? elements[0] : null;
    const element = one?.labelTarget ?? one;
    const id = element && element.type !== "label" ? element.businessObject.id : "";
    if (id === this.chosen) return;
    const written = this.parts.touched();
    if (!(await this.applied())) return;
    this.chosen = id;
    this.parts.rows = "";
    if (written) this.pick(id); // the drawing was read anew
    await this.check();
    if (element) announce(`${this.root.dataset.selected}: ${element.businessObject.name ?? element.businessObject.id}`);
  }

  check() { return this.parts.check(this.chosen); }

  // Shows another state of the file; where one looks and what is chosen stay.
  async show(xml) {
    const canvas = this.get("canvas");
    const { x, y, width, height } = canvas.viewbox();
    this.busy += 1;
    try {
      await this.modeler.importXML(xml);
      canvas.viewbox({ x, y, width, height });
      this.pick(this.chosen);
      this.label();
    } finally {
      this.busy -= 1;
    }
  }

  async save() {
    await this.saving;
    if (!this.dirty) return true;
    this.saving = this.store();
    const done = await this.saving;
    this.saving = null;
    return done;
  }

  async store() {
    this.parts.say(this.root.dataset.saving);
    this.dirty = false;
    if (await this.parts.save()) return true;
    this.dirty = true;
    return false;
  }

  // What was typed and not applied yet is, before another form comes in its place; false if it was refused.
  async applied() {
    const form = this.parts.touched();
    const gone = this.chosen && !this.get("elementRegistry").get(this.chosen);
    return form && !gone ? this.write(form) : true;
  }

  // Chooses an element in the drawing, without asking for its form.
  pick(id) {
    const found = this.get("elementRegistry").get(id);
    const selection = this.get("selection");
    this.busy += 1;
    if (found) selection.select(found);
    else selection.deselect(selection.get());
    this.busy -= 1;
    return found;
  }

  async write(form) {
    const source = await this.parts.send(form, await this.xml());
    if (!source) return false;
    await this.show(source);
    await this.history.wrote();
    this.dirty = false;
    return true;
  }

  async submit(event) {
    const form = event.target;
    if (!form.matches("[data-element], [data-answer]")) return;
    event.preventDefault();
    const field = document.activeElement?.id;
    await this.write(form);
    announce(this.root.querySelector("#props [data-announce], #draft-note, #props .form-errors")?.textContent.trim());
    (document.getElementById(field) ?? document.getElementById("props"))?.focus({ preventScroll: true });
  }

  async click(event) {
    const link = event.target.closest("[data-go]");
    if (link) {
      event.preventDefault();
      await this.go(link.dataset.go, link.dataset.field);
    }
    const page = event.target.closest("[data-rows]");
    if (page) {
      event.preventDefault();
      this.parts.rows = page.dataset.rows;
      await this.check();
      document.getElementById("twin").focus();
    }
    const zoom = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (zoom === "fit") this.fit();
    else if (zoom) this.get("zoomScroll").stepZoom(zoom === "in" ? 1 : -1);
    if (event.target.closest("[data-undo]")) await this.history.undo();
    if (event.target.closest("[data-redo]")) await this.history.redo();
    if (event.target.closest("[data-save-now]") && (await this.applied())) { this.dirty = true; await this.save(); }
    if (event.target.closest("[data-download]")) await this.download();
    if (event.target.closest("[data-reload]")) { this.dirty = false; this.parts.touched()?.removeAttribute("data-touched"); }
    const leaving = event.target.closest("[data-keep]");
    if (leaving && (this.dirty || this.saving || this.parts.touched())) {
      event.preventDefault();
      if ((await this.applied()) && (await this.save())) location.assign(leaving.href);
    }
  }

  key(event) {
    const inField = event.target.closest("input, textarea, select, [contenteditable]");
    if (inField || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "y" || event.shiftKey) this.history.redo();
    else this.history.undo();
  }

  // To an element, by its id, and to the field of its form that is asked about.
  async go(id, field) {
    if (id !== this.chosen && !(await this.applied())) return;
    this.chosen = id;
    this.parts.rows = "";
    const found = this.pick(id);
    if (found) this.get("canvas").scrollToElement(found, 80);
    await this.check();
    const target = (field && document.getElementById(`prop-${field}`)) || document.getElementById("props");
    const folded = target.closest("details");
    if (folded) folded.open = true;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  async download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await this.xml()], { type: "application/xml" }));
    link.download = "process.bpmn";
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

const root = document.querySelector("[data-editor]");
if (root && window.BpmnJS) {
  const editor = new Editor(root);
  root.editor = editor;
  editor.start();
}
