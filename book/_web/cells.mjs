// Cells that run again in the page. Whatever is run, the page is always as if it had been run from the top: cells above
// that have not been run since they changed go first.
import { draft, write } from "./drafts.mjs";
import { wake } from "./figures.mjs";
import { page } from "./progress.mjs";
import { bar, coming, COST, KEYS, live, loaded, make, show, stop } from "./controls.mjs";

const cells = (live?.cells ?? []).map((cell, number) => ({ ...cell, number, built: cell.source }));
let clean = 0;                                                                // so many cells have run as they now are
let running = false;

const named = (cell) => `${page}#${cell.number}`;

/** The cells that a press of Run runs: this one, and the figures and claims that follow from it. */
function following(cell) {
  const next = cells.findIndex((other) => other.number > cell.number && !other.hidden && !other.figure);
  return cell.figure ? cell.number + 1 : next < 0 ? cells.length : next;
}

async function execute(cell, say, running) {
  const { python, harmless } = await loaded();
  const place = cell.place && output(cell);
  const pre = make("pre");
  const text = (printed) => {
    if (!place) return;
    if (!pre.isConnected) place.replaceChildren(make("div", { className: "output stream" }, make("div", { className: "highlight" }, pre)));
    pre.textContent = printed;
  };
  const found = await python.call("run_cell", [cell.source, `cell ${cell.number + 1}`, cell.hidden], {
    text, running, progress: (...come) => say(coming(...come)),
  });
  if (place) {
    place.replaceChildren();
    show(place, found, harmless);
    wake(place);
  }
  return found;
}

const ENDED = {
  [-1]: (words) => `A cell above ended with an error: ${words}`,
  0: () => "It ended with an error.",
  1: (words) => `It ran, and what the page makes of it below did not: ${words}`,
};

/** Runs a cell, after the cells above that must come first. */
async function run(cell) {
  const { say } = cell.bar;
  if (running) return say("Another cell is running.");
  running = true;
  const last = following(cell);
  const first = Math.min(clean, cell.number);
  cell.bar.stop.disabled = false;
  cell.box.setAttribute("aria-busy", "true");
  const broken = [];
  try {
    say("Starting Python.");
    const { python } = await loaded();
    await python.start((...come) => say(coming(...come)));
    python.whenGone("cells", () => { clean = 0; });
    const began = performance.now();
    for (const other of cells) if (other.bar && other !== cell) other.bar.say("");
    for (let i = first; i < last; i += 1) {
      const place = Math.sign(i - cell.number);
      const { error, broken: claims } = await execute(
        cells[i], say, () => say(place < 0 ? `Running cell ${i + 1} of ${cell.number + 1}, above.` : "Running."));
      if (error) {
        clean = Math.min(clean, i);
        throw new Error(ENDED[place](error.text.trim().split("\n").at(-1)));
      }
      if (i >= clean) clean = i + 1;
      broken.push(...claims);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(broken.length ? `Done in ${seconds} s. Not true of the page any more: ${broken.join("; ")}` : `Done in ${seconds} s.`);
  } catch (problem) {
    say(problem.message);
  }
  cell.bar.rest();
  cell.bar.reset.hidden = false;
  cell.box.removeAttribute("aria-busy");
  running = false;
}

/** Where a cell's results are shown; a cell that had none gets a place. */
function output(cell) {
  if (!cell.place.isConnected) cell.box.append(cell.place);
  return cell.place;
}

/** Opens the editor in the place of the code. */
async function edit(cell) {
  const { editor } = await loaded();
  const host = make("div", { className: "editor" });
  if (cell.input) cell.input.hidden = true;
  cell.bar.line.before(host);
  cell.editor = editor(host, cell.source, {
    label: `Code of cell ${cell.number + 1}`,
    help: KEYS,
    keys: { "Mod-Enter": () => run(cell) },
    changed: (code) => {
      cell.source = code;
      clean = Math.min(clean, cell.number);
      write(named(cell), cell.built, cell.source);
    },
  });
  cell.bar.edit.hidden = true;
  cell.bar.reset.hidden = false;
  return cell.editor;
}

/** Brings back the code and the result that were built. */
function reset(cell) {
  cell.editor?.close();
  cell.box.querySelector(".editor")?.remove();
  cell.editor = undefined;
  if (cell.input) cell.input.hidden = false;
  if (cell.source !== cell.built) clean = Math.min(clean, cell.number);
  cell.source = cell.built;
  write(named(cell), cell.built, cell.source);
  for (const other of cells.slice(cell.number, following(cell))) {
    if (!other.place) continue;
    const again = other.was?.cloneNode(true);
    if (again) other.place.replaceWith(again);
    else other.place.remove();
    other.place = again ?? make("div", { className: "cell_output" });
    wake(other.box);
  }
  cell.bar.reset.hidden = true;
  cell.bar.edit.hidden = false;
  cell.bar.edit.focus();
  cell.bar.say("As it was built.");
}

function upgrade(cell, box) {
  cell.box = box;
  cell.place = box.querySelector(".cell_output");
  cell.was = cell.place?.cloneNode(true);
  cell.place ??= make("div", { className: "cell_output" });
  const lost = (problem) => cell.bar.say(problem.message);
  const what = cell.figure ? "the figure above" : `cell ${cell.number + 1}`;
  cell.bar = bar(`Run ${what}`, [
    ["Run", () => run(cell)], ["Edit", () => edit(cell).then((opened) => opened.focus(), lost)], ["Stop", stop], ["Reset", () => reset(cell)],
  ]);
  cell.bar.reset.hidden = true;
  cell.bar.say(COST);
  cell.input = box.querySelector("details.hide, .cell_input");
  if (cell.input) cell.input.after(cell.bar.line);
  else box.append(cell.bar.line);
  const written = draft(named(cell), cell.built);
  if (written !== null) {
    cell.source = written;
    edit(cell).catch(lost);
  }
}

if (live) {
  const boxes = [...document.querySelectorAll("div.cell")];
  cells.filter((cell) => !cell.hidden).forEach((cell, i) => upgrade(cell, boxes[i]));
}
