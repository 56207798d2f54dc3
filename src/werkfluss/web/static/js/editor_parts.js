// What the server draws beside the canvas: state, form, clarity, table. Each part replaces that of the same id.
const PARTS = ["draft-state", "props", "clarity", "twin", "draft-note"];

export class Parts {
  constructor(root, xml) {
    this.root = root;
    this.xml = xml;
    this.asked = 0;
    this.rows = ""; // the page of the table that was asked for, until another element is chosen
  }

  say(text) {
    const said = this.root.querySelector("#draft-state [data-said]");
    if (said) said.textContent = text;
  }

  get version() { return this.root.querySelector("#draft-state").dataset.version; }

  async post(address, fields) {
    const body = fields instanceof FormData ? fields : new FormData();
    if (!(fields instanceof FormData)) for (const [key, value] of Object.entries(fields)) body.set(key, value);
    body.set("version", this.version);
    body.set("csrfmiddlewaretoken", this.root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    const answer = await fetch(address, { method: "POST", body });
    if (![200, 409, 422].includes(answer.status) || answer.redirected) throw new Error(String(answer.status));
    return { ok: answer.ok, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  }

  // The form in which something was typed that is not in the drawing yet.
  touched() { return this.root.querySelector("#props form[data-touched]"); }

  // Refreshes what is shown beside the drawing; an answer that a later question has overtaken is left out.
  async check(element) {
    const number = ++this.asked;
    try {
      const { ok, page } = await this.post(this.root.dataset.check, { bpmn: await this.xml(), element, rows: this.rows });
      if (number !== this.asked) return;
      const parts = ok ? ["clarity", "twin", "draft-note"] : ["draft-note"];
      const typed = this.touched();
      if (ok && (!typed || typed.dataset.element !== element)) parts.push("props");
      this.replace(page, parts);
    } catch {
      if (number === this.asked) this.say(this.root.dataset.failed);
    }
  }

  async save() {
    try {
      const { ok, page } = await this.post(this.root.dataset.save, { bpmn: await this.xml() });
      this.replace(page, ["draft-state", "draft-note"]);
      if (!ok) this.say(this.root.dataset.unsaved);
      return ok;
    } catch {
      this.say(this.root.dataset.failed);
      return false;
    }
  }

  // The new file, "" if the form was refused and says why, null if nothing came of it.
  async send(form, bpmn) {
    const fields = new FormData(form);
    fields.set("bpmn", bpmn);
    this.asked += 1;
    try {
      const { page } = await this.post(form.action, fields);
      this.replace(page, PARTS);
      return page.getElementById("new-source")?.value ?? "";
    } catch {
      this.say(this.root.dataset.failed);
      return null;
    }
  }

  replace(page, names) {
    const open = [...this.root.querySelectorAll("#clarity details[open] > summary")].map((summary) => summary.textContent);
    for (const name of names) {
      const now = document.getElementById(name);
      const next = page.getElementById(name);
      if (now && next) now.replaceWith(document.adoptNode(next));
      else if (now && name === "draft-note") now.replaceChildren();
    }
    for (const summary of this.root.querySelectorAll("#clarity details > summary")) {
      if (open.includes(summary.textContent)) summary.parentElement.open = true;
    }
  }
}
