// The slot under a bubble, where its text is changed. Closing it leaves the text as it was.
document.addEventListener("htmx:after:swap", (event) => {
  const { target } = event.detail?.ctx ?? {};
  if (target?.matches?.(".slot")) edit(target);
});

function edit(slot) {
  const box = slot.querySelector("textarea");
  if (!box) return;
  slot.scrollIntoView({ block: "nearest" });
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-close-slot]")?.closest(".slot").replaceChildren();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.(".slot textarea")) return;
  event.target.closest(".slot").replaceChildren();
});
