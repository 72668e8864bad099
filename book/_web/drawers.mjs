// The list of pages and the contents lie in drawers where the window is narrow. CSS opens them; this moves the keyboard into an open one, and closes it by Escape or once a link was followed.
for (const [id, drawer] of [["__navigation", ".sidebar-drawer"], ["__toc", ".toc-drawer"]]) {
  const toggle = document.getElementById(id);
  const inside = document.querySelector(drawer);
  if (!toggle || !inside) continue;
  const close = () => { toggle.checked = false; };
  const first = () => [...inside.querySelectorAll("a, input, button")].find((one) => one.checkVisibility());
  toggle.addEventListener("change", () => { if (toggle.checked) first()?.focus(); });
  inside.addEventListener("click", (press) => { if (press.target.closest("a")) close(); });
  document.addEventListener("keydown", (key) => {
    if (key.key !== "Escape" || !toggle.checked) return;
    close();
    toggle.focus();
  });
}
