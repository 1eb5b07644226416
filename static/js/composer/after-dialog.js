// The forms of dialogs and the conversation behind them: whom they are for, and what becomes of the reply
// box when one was taken.
import { box, composer, onScreen, quote } from "./box.js";
import { write } from "./drafts.js";

// A form in a dialog also says whom its writer saw behind it.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (sourceElement?.closest?.("#dialog") && request.body?.has?.("saw")) request.body.set("saw", onScreen());
});

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
