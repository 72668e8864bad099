// Loading a script when it is needed: all that a page opened from a folder may load.

/** Loads a script; `lost` is what is said where it cannot be had. */
export function script(address, lost) {
  return new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.addEventListener("load", done);
    tag.addEventListener("error", () => fail(new Error(lost)));
    tag.src = address;
    document.head.append(tag);
    tag.remove();
  });
}
