// Runs before the page is drawn: the colours that the reader chose last. furo's own script sets and stores them.
try {
  document.body.dataset.theme = localStorage.getItem("theme") ?? "auto";
} catch {
  // A browser that keeps nothing stays with the system's colours.
}
