// The line between two days. What a day is called the server says: on the bubble, and for those that
// have another name today with every live answer.
import { relativeDay } from "../page/clock.js";

function dayLine(day) {
  const item = document.createElement("li");
  item.className = "day";
  item.dataset.day = day;
  item.append(document.createElement("span"));
  return item;
}

// The lines that are there, by day. Those that `place` is not asked for are taken away in the end.
export function dayLines(list) {
  const there = new Map([...list.querySelectorAll(".day")].map((item) => [item.dataset.day, item]));
  return {
    place(bubble) {
      const { day } = bubble.dataset;
      const item = there.get(day) || dayLine(day);
      there.delete(day);
      putBefore(bubble, item);
    },
    removeOthers: () => there.forEach((item) => item.remove()),
  };
}

function putBefore(bubble, item) {
  const words = item.firstElementChild;
  words.textContent = relativeDay(item.dataset.day) ?? bubble.dataset.dayWords ?? words.textContent;
  const line = bubble.previousElementSibling;
  const first = line?.matches(".new-line") ? line : bubble;
  if (first.previousElementSibling !== item) first.before(item);
}
