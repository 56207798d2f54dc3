// How a drawing is first seen. Where it will stand is reckoned from the file and set while the canvas is still empty: to
// move or resize hundreds of labels once they are drawn costs as much as drawing them.
const READABLE = 0.75; // below this size the words in the shapes cannot be read
const PALETTE = matchMedia("(max-width: 639px)").matches ? 24 : 124; // its width and a margin, in pixels
const MARGIN = 32; // for labels that say no place of their own

// The space that a drawing takes, null if there is nothing in it.
function extent(definitions) {
  const points = [];
  const box = ({ x, y, width, height }) => points.push({ x, y }, { x: x + width, y: y + height });
  for (const shape of definitions?.diagrams?.[0]?.plane?.planeElement ?? []) {
    if (shape.bounds) box(shape.bounds);
    if (shape.label?.bounds) box(shape.label.bounds);
    points.push(...(shape.waypoint ?? []));
  }
  if (!points.length) return null;
  const edge = (pick, side) => points.reduce((found, point) => pick(found, point[side]), points[0][side]);
  const [x, y] = [edge(Math.min, "x"), edge(Math.min, "y")];
  return { x: x - MARGIN, y: y - MARGIN, width: edge(Math.max, "x") - x + 2 * MARGIN, height: edge(Math.max, "y") - y + 2 * MARGIN };
}

// The whole in the middle of what the palette leaves free; a long drawing from its beginning, large enough to be read.
function seen(inner, outer) {
  const free = outer.width - PALETTE;
  const fits = Math.min(1, free / inner.width, outer.height / inner.height);
  const scale = Math.max(fits, READABLE);
  const [width, height] = [outer.width / scale, outer.height / scale];
  const before = fits < READABLE ? -MARGIN : (free / scale - inner.width) / 2;
  const x = inner.x - before - PALETTE / scale;
  const y = inner.height > height ? inner.y : inner.y - (height - inner.height) / 2;
  return { x, y, width, height };
}

// Draws with ``draw``; until all is there, whoever asks the canvas where it looks is told that it has not moved, which
// spares a layout of everything for every question.
export async function firstView(modeler, box, draw) {
  const canvas = modeler.get("canvas");
  const outer = { width: box.clientWidth, height: box.clientHeight };
  modeler.get("eventBus").once("import.render.start", ({ definitions }) => {
    const inner = extent(definitions);
    if (inner) canvas.viewbox(seen(inner, outer));
    canvas.viewbox = () => ({ x: 0, y: 0, ...outer, scale: 1, inner: { x: 0, y: 0, ...outer }, outer });
  });
  try {
    return await draw();
  } finally {
    delete canvas.viewbox;
  }
}
