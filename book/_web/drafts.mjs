// What the reader has written into a cell or an exercise: there again after a reload, until it is given up.
import { keep, recall } from "./storage.mjs";

function known() {
  const kept = recall("drafts");
  return kept !== null && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
}

/** Gives what was written under a name, if it was written over this very code; a new edition begins anew. */
export function draft(name, built) {
  const kept = known()[name];
  return kept?.over === built && typeof kept.code === "string" ? kept.code : null;
}

/** Keeps what was written; what is as it was built needs no keeping. */
export function write(name, built, code) {
  const all = known();
  if (code === built) delete all[name];
  else all[name] = { over: built, code };
  keep("drafts", all);
}
