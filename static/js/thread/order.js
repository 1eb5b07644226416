// Bubbles sorted, grouped and parted by days as the server would draw them. Within which time two
// join, the list says.
import { dayLines } from "./days.js";

export const messages = () => document.querySelector("#scroller .messages");

const by = (a, b) => (a.dataset.sort < b.dataset.sort ? -1 : a.dataset.sort > b.dataset.sort ? 1 : 0);

function sortBubbles(bubbles) {
  const sorted = [...bubbles].sort(by);
  let before = null;
  sorted.forEach((bubble) => {
    if (before && before.compareDocumentPosition(bubble) & Node.DOCUMENT_POSITION_PRECEDING) before.after(bubble);
    before = bubble;
  });
  return sorted;
}

function continues(bubble, previous) {
  const { at, from } = bubble.dataset;
  const isSoon = Number(at) - Number(previous.dataset.at) < Number(messages().dataset.joinsWithin);
  return previous.dataset.from === from && isSoon && !bubble.previousElementSibling?.matches(".new-line");
}

export function arrange() {
  if (!messages()) return;
  const days = dayLines(messages());
  let previous = null;
  for (const bubble of sortBubbles(messages().querySelectorAll(".message"))) {
    const sameDay = previous?.dataset.day === bubble.dataset.day;
    if (!sameDay) days.place(bubble);
    bubble.classList.toggle("joins", sameDay && continues(bubble, previous));
    previous = bubble;
  }
  days.removeOthers();
}
