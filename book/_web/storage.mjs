// What the book remembers of its reader: in this browser alone, under names of its own, until the reader erases it.

const PREFIX = "seqcourse:";

/** Gives what was kept under a name, or `otherwise`. */
export function recall(name, otherwise = null) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;                                                     // nothing is kept here, or another hand wrote it
  }
}

/** Keeps a value under a name; null lets it go. A browser that keeps nothing loses nothing else. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A full or closed store: the page goes on, and forgets when it is closed.
  }
}

/** Gives all that is kept, by name. */
export function everything() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).sort();
    return Object.fromEntries(names.map((name) => name.slice(PREFIX.length)).map((name) => [name, recall(name)]));
  } catch {
    return {};
  }
}

/** Lets go of all that is kept. */
export function forget() {
  for (const name of Object.keys(everything())) keep(name, null);
}
