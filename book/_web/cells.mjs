// Cells that run again in the page. Whatever is run, the page is always as if it had been run from the top: cells above
// that have not been run since they changed go first.
import { wake } from "./figures.mjs";
import { keep, recall } from "./memory.mjs";
import { page } from "./progress.mjs";
import { bar, coming, COST, KEYS, live, loaded, make, show } from "./python.mjs";

const drafts = recall("drafts", {});
const cells = (live?.cells ?? []).map((cell, number) => ({ ...cell, number, built: cell.source }));
let clean = 0;                                                                // so many cells have run as they now are
let running = false;

const named = (cell) => `${page}#${cell.number}`;

/** Keeps what the reader has written; what is as it was built needs no keeping. */
function remember(cell) {
  const now = recall("drafts", {});
  if (cell.source === cell.built) delete now[named(cell)];
  else now[named(cell)] = { code: cell.source, of: cell.built };
  keep("drafts", now);
}

/** The cells that a press of Run runs: this one, and the figures and claims that follow from it. */
function following(cell) {
  const next = cells.findIndex((other) => other.number > cell.number && !other.hidden && !other.figure);
  return cell.figure ? cell.number + 1 : next < 0 ? cells.length : next;
}

async function execute(cell, say) {
  const { python, harmless } = await loaded();
  let printed = "";
  const place = cell.place && output(cell);
  const pre = make("pre");
  const text = (words) => {
    if (!place) return;
    if (!printed) place.replaceChildren(make("div", { className: "output stream" }, make("div", { className: "highlight" }, pre)));
    printed = (printed + words).slice(-50_000);
    pre.textContent = printed;
  };
  const found = await python.call("run_cell", [cell.source, `cell ${cell.number + 1}`, cell.hidden], {
    text, progress: (come, total) => say(coming(come, total)),
  });
  if (place) {
    place.replaceChildren();
    show(place, { ...found, printed }, harmless);
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
  if (running) return;
  running = true;
  const { say } = cell.bar;
  const last = following(cell);
  const first = Math.min(clean, cell.number);
  cell.bar.stop.disabled = false;
  cell.box.setAttribute("aria-busy", "true");
  const broken = [];
  const began = performance.now();
  try {
    say("Starting Python.");
    const { python } = await loaded();
    await python.start((come, total) => say(coming(come, total)));
    python.whenGone("cells", () => { clean = 0; });
    for (const other of cells) if (other.bar && other !== cell) other.bar.say("");
    for (let i = first; i < last; i += 1) {
      const place = Math.sign(i - cell.number);
      say(place < 0 ? `Running cell ${i + 1} of ${cell.number + 1}, above.` : "Running.");
      const { error, broken: claims } = await execute(cells[i], say);
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
  cell.bar.stop.disabled = true;
  cell.box.removeAttribute("aria-busy");
  running = false;
}

/** Where a cell's results are shown; a cell that had none gets a place. */
function output(cell) {
  if (!cell.place.isConnected) cell.box.append(cell.place);
  return cell.place;
}

async function edit(cell) {
  const { editor } = await loaded();
  if (cell.editor) return cell.editor.focus();
  const input = cell.box.querySelector(".cell_input");
  const host = make("div", { className: "editor" });
  if (input) input.hidden = true;
  cell.bar.line.before(host);
  cell.editor = editor(host, cell.source, {
    label: `Code of cell ${cell.number + 1}`,
    help: KEYS,
    keys: { "Mod-Enter": () => run(cell) },
    changed: (code) => {
      cell.source = code;
      clean = Math.min(clean, cell.number);
      cell.bar.reset.hidden = code === cell.built;
      remember(cell);
    },
  });
  cell.bar.edit.hidden = true;
  return cell.editor;
}

/** Brings back the code and the result that were built. */
function reset(cell) {
  cell.editor?.close();
  cell.box.querySelector(".editor")?.remove();
  cell.editor = undefined;
  const input = cell.box.querySelector(".cell_input");
  if (input) input.hidden = false;
  if (cell.source !== cell.built) clean = Math.min(clean, cell.number);
  cell.source = cell.built;
  remember(cell);
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

async function stop() {
  const { python } = await loaded();
  python.stop();
}

function upgrade(cell, box) {
  cell.box = box;
  cell.place = box.querySelector(".cell_output");
  cell.was = cell.place?.cloneNode(true);
  cell.place ??= make("div", { className: "cell_output" });
  const what = cell.figure ? "the figure above" : `cell ${cell.number + 1}`;
  cell.bar = bar(`Run ${what}`, [
    ["Run", () => run(cell)], ["Edit", async () => (await edit(cell)).focus()], ["Stop", stop], ["Reset", () => reset(cell)],
  ]);
  cell.bar.stop.disabled = true;
  cell.bar.reset.hidden = true;
  cell.bar.say(cell.figure ? "" : COST);
  const input = box.querySelector("details.hide, .cell_input");
  if (input) input.after(cell.bar.line);
  else box.append(cell.bar.line);
  const draft = drafts[named(cell)];
  if (draft?.of === cell.built) {
    cell.source = draft.code;
    edit(cell).then(() => { cell.bar.reset.hidden = false; }, () => {});
  }
}

if (live) {
  const boxes = [...document.querySelectorAll("div.cell")];
  cells.filter((cell) => !cell.hidden).forEach((cell, i) => upgrade(cell, boxes[i]));
}
