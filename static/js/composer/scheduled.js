// The strip of what is scheduled: open, it takes room from the thread, and stays open while news
// redraws it.
document.addEventListener("toggle", (event) => {
  if (event.target.closest?.(".scheduled")) document.dispatchEvent(new CustomEvent("lobby:arrange"));
}, true);

document.addEventListener("htmx:before:swap", (event) => {
  for (const { target, fragment } of event.detail.tasks) {
    if (!target?.matches?.(".scheduled") || !target.querySelector("details[open]")) continue;
    fragment.querySelector?.(".scheduled details")?.setAttribute("open", "");
  }
});
