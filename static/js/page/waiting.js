// Keeps waiting clocks and "12 s ago" true between answers of the server. From when on a wait is long,
// and how it reads, the server says on the body.
import { now } from "./clock.js";
import { inSteps, setText } from "./text.js";

const rules = document.body.dataset;
const spans = JSON.parse(rules.spans);

function words(seconds, steps) {
  const whole = Math.max(0, Math.floor(seconds));
  const { unit, word } = inSteps(whole, steps);
  return `${Math.floor(whole / unit)} ${word}`;
}

function showWaiting(element) {
  const seconds = now() - Number(element.dataset.waitingSince);
  setText(element.querySelector(".waiting-words"), words(seconds, spans.slice(1)));
  element.classList.toggle("late", seconds >= Number(rules.late));
  element.classList.toggle("soon", seconds >= Number(rules.soon) && seconds < Number(rules.late));
}

function showAgo(element) {
  setText(element, `${words(now() - Number(element.dataset.ago), spans)} ago`);
}

function tick() {
  now();
  if (document.hidden) return;
  document.querySelectorAll("[data-waiting-since]").forEach(showWaiting);
  document.querySelectorAll("[data-ago]").forEach(showAgo);
}
setInterval(tick, 5000);
document.addEventListener("visibilitychange", tick);
