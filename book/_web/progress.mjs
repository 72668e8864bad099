// What the reader has done: pages read, exercises solved, guesses made, questions answered.
import { keep, recall } from "./storage.mjs";

const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);

/** Gives the name of the page at an address: "1-memory/a-network-with-a-memory". */
export function pageAt(address) {
  const path = new URL(address, location.href).pathname.slice(root.pathname.length);
  return path.replace(/\.html$/, "") || "index";
}

export const page = pageAt(location.href);

export const addressOf = (name) => new URL(`${name}.html`, root).href;

// --- what may be kept: names and numbers, and nothing else

const isName = (value) => typeof value === "string" && /^[a-z\d][\w./-]{0,99}$/i.test(value);
const names = (value) => Array.isArray(value) && value.length < 1000 && value.every(isName);
const numbers = (value) => Array.isArray(value) && value.length < 100 && value.every(Number.isFinite);
const byName = (each) => (value) => value !== null && typeof value === "object" && !Array.isArray(value)
  && Object.entries(value).every(([name, one]) => isName(name) && each(one));

/** What is kept, by name, and what it must look like. */
export const KINDS = { read: names, solved: names, guesses: byName(byName(numbers)), answers: byName(byName(numbers)) };

/** Gives what is kept under one of these names; nonsense counts as nothing. */
export function known(name) {
  const value = recall(name);
  return KINDS[name](value) ? value : KINDS[name] === names ? [] : {};
}

// --- who wants to know

const watchers = [];

/** Calls a function now, and again whenever something has changed, on this page or another. */
export function watch(tell) {
  watchers.push(tell);
  tell();
}

export const tellAll = () => watchers.forEach((tell) => tell());
addEventListener("storage", tellAll);
addEventListener("pageshow", ({ persisted }) => persisted && tellAll());     // back from a lesson

// --- what is done

function add(name, one) {
  if (known(name).includes(one)) return;
  keep(name, [...known(name), one]);
  tellAll();
}

function put(name, id, value) {
  const all = known(name);
  keep(name, { ...all, [page]: { ...all[page], [id]: value } });
  tellAll();
}

/** This page has been read to its end. */
export const read = () => add("read", page);

/** An exercise has been solved. */
export const solve = (id) => add("solved", id);
export const solved = () => known("solved");

/** A guess is a list of numbers, a single one too; an answer is the number of the choice. */
export const guess = (id, values) => put("guesses", id, values);
export const guessed = (id) => known("guesses")[page]?.[id];
export const answer = (id, choice) => put("answers", id, [choice]);
export const answered = (id) => known("answers")[page]?.[id]?.[0];
