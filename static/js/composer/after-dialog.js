// What becomes of the reply box when the form of a dialog was taken.
import { box, composer, quote } from "./box.js";
import { write } from "./drafts.js";

document.addEventListener("lobby:dialog-done", ({ detail: { form, target } }) => {
  if ("emptiesBox" in form.dataset) empty(); // its text is in the schedule now
  else if (target?.matches?.(".messages")) document.dispatchEvent(new CustomEvent("lobby:sent"));
  else if (box()) write(box().value);
});

function empty() {
  if (!box()) return;
  write("");
  if (composer().elements.quoted.value) quote("", "");
}
