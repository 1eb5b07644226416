// The moments at which the thread is put in order: it is opened, news arrives, we have sent something.
import { guestWrote } from "./arrivals.js";
import { arrange, messages } from "./order.js";
import { begin, hold, isStuck, release, scroller, toEnd } from "./place.js";
import { markSeenSoon } from "./seen.js";

let arriving = [];

document.addEventListener("htmx:before:swap", (event) => {
  if (!messages()) return;
  hold();
  const known = (item) => document.getElementById(item.id);
  const loadsOlder = event.detail.ctx.sourceElement?.id === "older-messages";
  arriving = event.detail.tasks
    .filter((task) => task.target === messages() && !loadsOlder)
    .flatMap((task) => [...task.fragment.querySelectorAll(".message.in")])
    .filter((item) => !known(item));
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id === "thread") {
    open();
    return;
  }
  if (arriving.length && messages()) guestWrote(arriving);
  arriving = [];
  arrange();
  release();
  markSeenSoon();
});

document.addEventListener("lobby:arrange", () => {
  arrange();
  if (isStuck() && scroller()) toEnd();
});
document.addEventListener("lobby:sent", () => {
  messages().querySelector(".new-line")?.remove();
  arrange();
  toEnd();
});

function open() {
  arrange();
  const unsent = document.querySelector(".unsent-band") && messages()?.querySelector(".message.failed");
  begin(unsent || messages()?.querySelector(".new-line"));
  if (messages()) markSeenSoon();
}

open();
