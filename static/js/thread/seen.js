// Tells the server that the open conversation was looked at: once, and again after the guest wrote.
import { isMissing, scroller } from "./place.js";

const thread = () => document.getElementById("thread");

function markSeen() {
  const form = document.getElementById("seen");
  const isHeard = form?.matches("[data-htmx-powered]");
  if (document.hidden || !scroller() || "seen" in thread().dataset || isMissing() || !isHeard) return;
  thread().dataset.seen = "yes";
  form.dispatchEvent(new CustomEvent("lobby:seen"));
}

export function lookAgain() {
  delete thread().dataset.seen;
}

export function markSeenSoon() {
  setTimeout(markSeen, 0);
}

document.addEventListener("htmx:after:init", (event) => {
  if (event.target.id === "seen") markSeenSoon();
});
document.addEventListener("visibilitychange", markSeenSoon);
document.addEventListener("scroll", (event) => {
  if (event.target === scroller()) markSeen();
}, true);
