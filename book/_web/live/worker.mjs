// Python, in a worker of its own. It is handed every file that it needs and asks the network for nothing; what the
// reader's code may ask for is up to the page's Content-Security-Policy, which a worker made from a blob inherits.
import { loadPyodide } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import PYPLOT from "./pyplot_backend.py";
import SESSION from "./session.py";
import WEIGHTS from "./weights.py";

const HOME = "/book";
const TYPES = { wasm: "application/wasm", json: "application/json" };
let python, session, weights, job;

/** Answers with the files at hand instead of asking a server. */
function answer(files) {
  return async (request) => {
    const name = String(request.url ?? request).split("/").at(-1);
    const bytes = files[name];
    if (!bytes) return new Response(`not at hand: ${name}`, { status: 404 });
    return new Response(bytes, { headers: { "content-type": TYPES[name.split(".").at(-1)] ?? "application/octet-stream" } });
  };
}

async function withFiles(files, work) {
  const { fetch } = self;
  self.fetch = answer(files);
  try {
    return await work();
  } finally {
    self.fetch = fetch;
  }
}

/** Has the interpreter compiled once by the page, for every worker that it starts. */
function compiled(module) {
  WebAssembly.instantiateStreaming = async (_, imports) => (
    { module, instance: await WebAssembly.instantiate(module, imports) });
}

/** Hands on what Python writes as it comes; Pyodide would keep a line that has not ended. */
function heard() {
  const letters = new TextDecoder();
  const write = (bytes) => {
    postMessage({ job, text: letters.decode(bytes, { stream: true }) });
    return bytes.length;
  };
  return { write };
}

// --- the time that code takes. Nobody can speak to a worker that is busy without a header that few servers send. But
// Python asks now and then, as it runs, whether a signal has come: it finds this clock there, which sends one each second.
// And where code reports how far it has come, the clock looks whether the page has taken back the address that it gave with
// the job: this is how the reader's Stop reaches code that goes on to keep what it has.

const SECOND = 1000, OFTEN = 200, SIGINT = 2;
const clock = {
  next: Infinity,
  end: Infinity,
  limit: 0,
  address: undefined,
  looking: false,
  asked: false,                                                               // whether it is to stop,
  untold: false,                                                              // and does not know it yet
  set(limit = Infinity, address = undefined) {
    const now = performance.now();
    Object.assign(this, { limit, address, looking: false, asked: false, untold: false, next: now + SECOND, end: now + limit });
  },
  stop() { this.next = Infinity; },
  /** A report: all of its time begins again. */
  extend() {
    this.end = performance.now() + this.limit;
    if (this.looking || this.asked || !this.address || !reached(this.address)) return;
    this.looking = true;                                                      // a worker that cannot look is ended by the page
    this.next = Math.min(this.next, performance.now() + OFTEN);
    postMessage({ job, hears: true });
  },
  get 0() {
    const now = performance.now();
    if (now < this.next) return 0;
    if (this.looking && !reached(this.address)) Object.assign(this, { looking: false, asked: true, untold: true });
    this.next = now < this.end ? Math.min(now + (this.looking ? OFTEN : SECOND), this.end) : now + SECOND;
    return SIGINT;
  },
  set 0(_) {},                                                                // Python puts back what it has read
};

/** Whether an address of the page's still stands. Only a request that waits for its answer can tell while Python runs. */
function reached(address) {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", address, false);
    request.send();
    return request.status === 200;
  } catch {
    return false;
  }
}

/** Hears at which line Python is; gives the seconds that it had, once they are over, and -1 once it is to stop. */
function told(line) {
  postMessage({ job, line: line ?? null });
  if (clock.untold) {
    clock.untold = false;
    return -1;
  }
  return performance.now() < clock.end ? 0 : clock.limit / SECOND;
}

/** Hears how far a run has come. */
function reported(part, said) {
  clock.extend();
  postMessage({ job, part, said });
}

/** Takes a file for the reader. */
function offered(name, bytes) {
  const content = bytes.toJs();
  postMessage({ job, file: { name, content } });
}

/** Calls one of session.py's functions, for so long at most. */
function call({ what, given, limit, address }) {
  clock.set(what === "run_test" ? Infinity : limit, address);                 // a slow test must not pass for one that fails
  try {
    return JSON.parse(session.serve(what, ...given));
  } finally {
    clock.stop();
  }
}

async function start({ module, files, lock, packages, environment, hashes }) {
  compiled(module);
  python = await withFiles(files, async () => {
    const made = await loadPyodide({
      indexURL: "files:///", packageBaseUrl: "files:///", lockFileContents: lock, createPyodideModule,
      env: { HOME, ...environment }, stdin: () => null,
    });
    made.setStdout(heard());
    made.setStderr(heard());
    await made.loadPackage(packages, QUIET);
    return made;
  });
  python.FS.mkdirTree(HOME);
  python.FS.chdir(HOME);
  for (const [name, source] of Object.entries({ pyplot_backend: PYPLOT, session: SESSION, weights: WEIGHTS })) {
    python.FS.writeFile(`${HOME}/${name}.py`, source);
  }
  python.runPython(`import sys; sys.path.insert(0, "${HOME}")`);
  session = python.pyimport("session");
  weights = python.pyimport("weights");
  weights.expect(python.toPy(hashes));
  python.runPython("import numpy, seqcourse.numpy");
  session.listen(told, reported, offered);
  python.setInterruptBuffer(clock);
}

const QUIET = { messageCallback: () => {}, errorCallback: () => {}, checkIntegrity: false };

/** Adds what was not needed at the start: packages, fonts, tests. */
async function add({ files, packages, archives = [], data = {} }) {
  await withFiles(files, () => python.loadPackage(packages, QUIET));
  for (const name of archives) python.unpackArchive(files[name], "zip", { extractDir: HOME });
  for (const [name, path] of Object.entries(data)) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, files[name]);
  }
}

/** Keeps weights; answers with the names of those that are not what they should be. */
const keep = ({ files }) => Object.keys(files).filter((name) => !weights.keep(name, files[name]));

const does = {
  start,
  add,
  keep,
  call,
};

self.onmessage = async ({ data }) => {
  job = data.job;
  try {
    postMessage({ job, done: (await does[data.does](data)) ?? null });
  } catch (problem) {
    postMessage({ job, failed: String(problem.message ?? problem) });
  }
};
