// One undo for what was drawn and what was filled in: every change leaves a state of the file. The modeler takes its own
// steps back as long as it knows them; beyond a form it starts anew, and the state before is shown instead.
export class History {
  constructor(editor) {
    this.editor = editor;
    this.states = [];
    this.at = 0;
    this.queue = Promise.resolve();
  }

  begin(source) {
    this.states = [source];
    this.at = 0;
    this.mark();
  }

  drawn(trigger) {
    this.queue = this.queue.then(async () => {
      if (trigger === "undo") this.at -= 1;
      else if (trigger === "redo") this.at += 1;
      else await this.push();
      this.mark();
    });
    return this.queue;
  }

  wrote() {
    this.queue = this.queue.then(async () => { await this.push(); this.mark(); });
    return this.queue;
  }

  async push() {
    this.states.length = this.at + 1;
    this.states.push(await this.editor.xml());
    this.at += 1;
  }

  async undo() {
    await this.queue;
    if (this.at === 0) return;
    const stack = this.editor.get("commandStack");
    if (stack.canUndo()) stack.undo();
    else await this.jump(this.at - 1);
  }

  async redo() {
    await this.queue;
    if (this.at + 1 >= this.states.length) return;
    const stack = this.editor.get("commandStack");
    if (stack.canRedo()) stack.redo();
    else await this.jump(this.at + 1);
  }

  async jump(to) {
    this.at = to;
    await this.editor.show(this.states[to]);
    this.editor.touched();
    this.mark();
    await this.editor.check();
  }

  mark() {
    const { root } = this.editor;
    root.querySelector("[data-undo]").disabled = this.at === 0;
    root.querySelector("[data-redo]").disabled = this.at + 1 >= this.states.length;
  }
}
