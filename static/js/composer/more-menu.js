// The menu of what else can be sent closes when something is chosen in it, by a click elsewhere, by Esc.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".more-menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".more-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
