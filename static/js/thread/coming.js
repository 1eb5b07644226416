// From the click on another conversation until it is there: whom it is with stands over an empty place and
// a box, and the old one is not seen and takes no key. If it does not come, the old one is there again.
import { say } from "../page/notice.js";

const CONVERSATION = /\/c\/(\d+)(?:[/?#]|$)/;
const begun = new WeakSet(); // every request that was seen to begin
let coming = null; // the request under way, for whom it is, and whether the screen was on a conversation

const thread = () => document.getElementById("thread");
const opens = ({ target, request }) => target === thread() && request.method === "GET";
const here = () => location.pathname + location.search;
let shown = here(); // the address of what is there

function begin(ctx) {
  const id = CONVERSATION.exec(ctx.request.action)?.[1] ?? "";
  const wasOpen = coming ? coming.wasOpen : "open" in thread().dataset;
  const before = coming?.ctx;
  begun.add(ctx);
  coming = { ctx, id, wasOpen, name: "" };
  before?.request.abort?.();
  leave();
  thread().dataset.coming = id;
  if (id) draw(ctx.sourceElement);
  else delete thread().dataset.open;
  document.dispatchEvent(new CustomEvent("lobby:coming", { detail: { id } }));
}

// What lies over the page belongs to the conversation that is left.
function leave() {
  thread().querySelector(":scope > .coming")?.remove();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  for (const popover of document.querySelectorAll(":popover-open")) popover.hidePopover();
}

function draw(source) {
  const place = document.getElementById("coming-template").content.firstElementChild.cloneNode(true);
  const from = document.getElementById(`row-${coming.id}`) ?? source;
  coming.name = from.querySelector("bdi")?.textContent.trim() ?? "";
  const avatar = from.querySelector(".avatar")?.cloneNode(true);
  if (avatar) place.querySelector(".coming-avatar").replaceWith(avatar);
  place.setAttribute("aria-label", `Opening the conversation with ${coming.name || "a guest"}`);
  place.querySelector("bdi").textContent = coming.name;
  thread().append(place);
  thread().dataset.open = "yes";
}

function stay(words) {
  const { wasOpen } = coming;
  coming = null;
  thread().querySelector(":scope > .coming")?.remove();
  delete thread().dataset.coming;
  if (wasOpen) thread().dataset.open = "yes";
  else delete thread().dataset.open;
  if (here() !== shown) history.replaceState({ htmx: true }, "", shown);
  if (words) say(words);
  document.dispatchEvent(new CustomEvent("lobby:stayed"));
}

document.addEventListener("htmx:before:request", (event) => {
  if (opens(event.detail.ctx)) begin(event.detail.ctx);
});

// Only the one that was asked for last is shown, whichever answers last. One that began before this script
// was here (htmx may be quicker) is shown too.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (opens(ctx) && ctx !== coming?.ctx && (coming || begun.has(ctx))) event.preventDefault();
});

document.addEventListener("htmx:after:swap", (event) => {
  const ctx = event.detail?.ctx;
  if (ctx?.target?.id !== "thread" || ctx.response?.status >= 400) return; // refused: nothing was swapped
  const other = coming?.ctx;
  coming = null;
  if (other !== ctx) other?.request.abort?.();
  thread().querySelector(":scope > .coming")?.remove();
  delete thread().dataset.coming;
  shown = here();
});

// It did not come: refused, unreachable, or called off.
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (!coming || coming.ctx !== ctx || ctx.hx?.redirect) return;
  const isExplained = ctx.response?.status >= 400 && ctx.response.status < 500;
  stay(isExplained || coming.isGivenUp ? "" : failure());
});

function failure() {
  const whose = coming.id ? coming.name || "That conversation" : "The list";
  const kept = document.getElementById("coming-box")?.value ? " What you wrote is kept there." : "";
  return `${whose} could not be opened. Look at your connection and try again.${kept}`;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-stay]") || !coming) return;
  coming.isGivenUp = true;
  coming.ctx.request.abort?.();
});
