// The guest's pane, where it is a drawer: it stays open while news redraws it.
let kept = null; // the drawer that was open: which one, and how far down

document.addEventListener("htmx:before:swap", () => {
  const open = document.querySelector(".guest:popover-open");
  kept = open && { id: open.id, top: open.scrollTop };
});

document.addEventListener("htmx:after:swap", () => {
  const drawer = kept && document.getElementById(kept.id);
  if (!drawer || drawer.matches(":popover-open")) return;
  drawer.classList.add("still");
  drawer.showPopover({ source: document.querySelector(".about") });
  drawer.scrollTop = kept.top;
});
