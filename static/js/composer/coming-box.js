// The box of a conversation that is not here yet. What is written in it is the draft there, so it stands in
// the box that comes, with the caret where it was.
import { box } from "./box.js";
import { draft, keepDraft } from "./drafts.js";

const comingBox = () => document.getElementById("coming-box");
let caret = null;

document.addEventListener("lobby:coming", ({ detail: { id } }) => {
  if (!comingBox()) return;
  comingBox().value = draft(id);
  if (matchMedia("(pointer: fine)").matches) comingBox().focus({ preventScroll: true });
});

document.addEventListener("input", (event) => {
  if (event.target === comingBox()) keepDraft(event.target.closest("#thread").dataset.coming, event.target.value);
});

// Nothing is sent to somebody whose words are not on the screen.
document.addEventListener("keydown", (event) => {
  if (event.target === comingBox() && event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target.closest(".coming")) event.preventDefault();
});

document.addEventListener("htmx:before:swap", (event) => {
  const writes = !event.defaultPrevented && document.activeElement === comingBox() && comingBox();
  caret = event.detail.ctx.target?.id === "thread" && writes ? [writes.selectionStart, writes.selectionEnd] : null;
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id !== "thread" || !caret || !box()) return;
  box().focus({ preventScroll: true });
  box().setSelectionRange(...caret);
  caret = null;
});

document.addEventListener("lobby:stayed", () => {
  if (box() && matchMedia("(pointer: fine)").matches) box().focus({ preventScroll: true });
});
