// Python for the page: starts it when it is first needed, runs one thing after the other, stops it, starts it again.

import { script } from "../script.mjs";

const LIMIT = 30_000;                                                         // milliseconds for one cell, check or test
const GRACE = 3_000;                                                          // and for Python to end by itself after it
const AFTERWARDS = 15_000;                                                    // for what follows once a run was asked to stop
const NEWS = 5_000;                                                           // between two words on what still runs
const MOST = 50_000;                                                          // characters kept of what a run prints
const PLACE = `${document.documentElement.dataset.content_root}_static/python/`;
const WEIGHTS = ".safetensors";                                              // all other recorded files hold scores
const FROM_FOLDER = location.protocol === "file:";

const CANNOT = "This browser runs no Python in a page that was opened from a folder. All else on the page works.";

/** What ended a run before it was done. */
export class Stopped extends Error {}

const lost = (name) => `${name} could not be loaded. Press the button to try again.`;

// --- files: fetched once for as long as the page is open, with a count of what has come

const kept = new Map();

async function received(name, arrived) {
  if (FROM_FOLDER) {                                                          // a script is all that such a page may load
    await script(`${PLACE}${name}.js`, lost(name));
    const text = atob(window.seqcourseFiles[name]);
    delete window.seqcourseFiles[name];
    arrived(text.length);
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  }
  // What was recorded for an earlier build, and left in a cache, would have another hash.
  const cache = name in manifest.weights ? "no-cache" : "default";
  const answer = await fetch(`${PLACE}${name}.bin`, { cache }).catch(() => ({ ok: false }));
  if (!answer.ok) throw new Error(lost(name));
  const parts = [];
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    arrived(value.length);
  }
}

async function unpacked(name, bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const whole = await new Response(stream).arrayBuffer().catch(() => { throw new Error(lost(name)); });
  return new Uint8Array(whole);
}

function file(name, packed, arrived) {
  if (!kept.has(name)) {
    const whole = received(name, arrived).then((bytes) => (packed ? unpacked(name, bytes) : bytes));
    kept.set(name, whole);
    whole.catch(() => kept.delete(name));                                     // the next start tries again
  }
  return kept.get(name);
}

// --- the worker

let manifest, compiled, worker, ready;
let stages = new Set();
let last = 0;
const jobs = new Map();
const listeners = new Map();
let over, end;                                                                // a promise that fails when all is stopped

function renew() {
  over = new Promise((_, fail) => { end = fail; });
  over.catch(() => {});
}
renew();

/** Calls `heard` whenever Python was stopped and what it knew is gone; one listener for each `name`. */
export const whenGone = (name, heard) => listeners.set(name, heard);

/** Has files, by name. */
async function have(files, progress) {
  const missing = files.filter((one) => !kept.has(one));
  const total = missing.reduce((sum, one) => sum + manifest.sizes[one], 0);
  let come = 0, waiting = true;
  const arrived = (bytes) => {
    come += bytes;
    if (waiting) progress(come, total);
  };
  const all = Promise.all(files.map((one) => file(one, manifest.packed.includes(one), arrived)));
  try {
    const got = await Promise.race([all, over]);
    return Object.fromEntries(files.map((one, i) => [one, got[i]]));
  } finally {
    waiting = false;
  }
}

const CALLED = { start: "Python", drawing: "Matplotlib", testing: "the tests" };

/** Has the files of a stage. */
async function stage(name, progress) {
  const { files, ...rest } = manifest.stages[name];
  return { packages: [], ...rest, files: await have(files, (come, total) => progress(come, total, CALLED[name])) };
}

async function ask(message, { text = () => {}, at = () => {}, reported = () => {}, offered = () => {}, limit } = {}) {
  if (!worker) throw new Stopped("Stopped.");
  const job = ++last;
  // Taking this address back is how a worker that is busy, and reports, hears of Stop; see worker.mjs.
  const address = message.what === "run_cell" ? URL.createObjectURL(new Blob(["on"])) : undefined;
  return new Promise((done, fail) => {
    let timer;
    // Python ends what takes too long by itself and says where; but within a single operation of NumPy's it hears nothing.
    const wait = (time, why) => {
      clearTimeout(timer);
      timer = time && setTimeout(() => stop(why), time);
    };
    const begin = () => wait(
      limit && limit + GRACE, `Stopped after ${limit / 1000} seconds. Python could not tell at which line it was.`);
    const over = (end) => (value) => {
      wait();
      if (address) URL.revokeObjectURL(address);
      jobs.delete(job);
      end(value);
    };
    const waiting = {
      text, at, offered, hears: false, stopping: false, done: over(done), fail: over(fail),
      reported: (...how) => {
        if (!waiting.stopping) begin();
        reported(...how);
      },
      end: () => {
        waiting.stopping = true;
        URL.revokeObjectURL(address);
        wait(AFTERWARDS, "Stopped.");
      },
    };
    jobs.set(job, waiting);
    begin();
    worker.postMessage({ job, limit, address, ...message });
  });
}

function hear({ data }) {
  const waiting = jobs.get(data.job);
  if (!waiting) return;
  if ("text" in data) waiting.text(data.text);
  else if ("line" in data) waiting.at(data.line);
  else if ("part" in data) waiting.reported(data.part, data.said);
  else if ("file" in data) waiting.offered(data.file);
  else if ("hears" in data) waiting.hears = true;
  else if ("failed" in data) waiting.fail(new Error(data.failed));
  else waiting.done(data.done);
}

/**
 * Asks what runs, and reports how far it has come, to end and keep what it has. Tells whether there is anything that hears;
 * asked a second time, it does not.
 */
export function settle() {
  const hearing = [...jobs.values()].filter(({ hears, stopping }) => hears && !stopping);
  for (const one of hearing) one.end();
  return hearing.length > 0;
}

/** Ends whatever runs, and Python with it. */
export function stop(why = "Stopped.") {
  worker?.terminate();
  worker = ready = undefined;
  stages = new Set();
  for (const { fail } of [...jobs.values()]) fail(new Stopped(why));
  end(new Stopped(why));
  renew();
  for (const heard of listeners.values()) heard();
}

async function begin(progress) {
  if (!manifest) {
    await script(`${PLACE}manifest.js`, lost("manifest.js"));
    manifest = window.seqcoursePython;
  }
  const { files, ...rest } = await stage("start", progress);
  const { "worker.js": source, "pyodide.asm.wasm": wasm, ...others } = files;
  compiled ??= WebAssembly.compile(wasm);
  // Made from its text, the worker is bound by this page's policy; Chromium takes it from a folder only as data.
  const address = FROM_FOLDER
    ? `data:text/javascript;base64,${base64(source)}`
    : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  worker = new Worker(address, { type: "module" });
  worker.onmessage = hear;
  worker.onerror = () => stop(FROM_FOLDER ? CANNOT : "Python could not start. Press the button to try again.");
  await ask({
    does: "start", module: await compiled, files: others, lock: manifest.lock,
    environment: manifest.environment, hashes: manifest.weights, ...rest,
  });
  if (!FROM_FOLDER) URL.revokeObjectURL(address);
}

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** Starts Python, if it does not run; a start that failed may be tried again. */
export function start(progress = () => {}) {
  ready ??= begin(progress).catch((problem) => {
    ready = undefined;
    if (problem instanceof Stopped) throw problem;
    stop();
    throw FROM_FOLDER ? new Error(CANNOT) : problem;
  });
  return ready;
}

/** Has the packages of a later stage: "drawing" or "testing". */
export async function need(name, progress = () => {}) {
  await start(progress);
  if (stages.has(name)) return;
  await ask({ does: "add", ...(await stage(name, progress)) });
  stages.add(name);
}

const DRAWS = /\b(figures\.|matplotlib|plt\.)/;

/** Fetches weights and scores for Python, which refuses those whose hash is wrong. */
async function give(names, progress) {
  const called = names.every((name) => name.endsWith(WEIGHTS)) ? "weights" : "recorded runs";
  const files = await have(names, (come, total) => progress(come, total, called));
  const refused = await ask({ does: "keep", files });
  for (const name of refused) kept.delete(name);
  if (refused.length) {
    throw new Error(`These files are not the ones that the book was built with: ${refused.join(", ")}. Press the button to try again.`);
  }
}

/** Keeps the last of what is printed, in whole lines, and tells of it once a frame. */
function printer(tell) {
  let printed = "", left = 0, torn = false, due;
  const shorten = () => {
    let from = printed.length - MOST;
    if (from <= 0) return;
    const line = printed.indexOf("\n", from - 1) + 1;
    torn = line === 0 || line === printed.length;                              // one line is longer than all that is kept
    if (!torn) from = line;
    left += printed.slice(0, from).split("\n").length - 1;
    printed = printed.slice(from);
  };
  const done = () => {
    cancelAnimationFrame(due);
    due = undefined;
    shorten();
    return { printed, left, torn };
  };
  const hear = (words) => {
    printed += words;
    if (printed.length > 2 * MOST) shorten();
    due ??= requestAnimationFrame(() => tell(done()));
  };
  return { hear, done };
}

/**
 * Calls one of session.py's functions. `text` hears the last of what it has printed so far and how many lines came
 * before, `running` that it begins and then, every few seconds, how long it has been running, at which line, and its limit;
 * `reported` how much of a long run is done, and `offered` each file for the reader.
 * If something is missing that can be loaded, it is loaded and the function is called again.
 */
export async function call(what, given, {
  text = () => {}, running = () => {}, progress = () => {}, reported, offered, limit = LIMIT,
} = {}) {
  await start(progress);
  if (typeof given[0] === "string" && DRAWS.test(given[0])) await need("drawing", progress);
  for (;;) {
    const print = printer(text);
    let seconds = 0, line = null;
    running(seconds);
    const news = setInterval(() => running(seconds += NEWS / 1000, line, limit / 1000), NEWS);
    const at = (now) => { line = now; };
    const asked = ask({ does: "call", what, given }, { text: print.hear, at, reported, offered, limit });
    const found = await asked.finally(() => clearInterval(news));
    const printed = print.done();
    if (found.weights.length) await give(found.weights, progress);
    else if (found.error?.missing === "matplotlib" && !stages.has("drawing")) await need("drawing", progress);
    else return { ...found, ...printed };
  }
}
