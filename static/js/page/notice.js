// Says when an act did not reach the server, and takes the notice away again after a while.
const STAYS = 8000;
const ours = (event) => {
  const source = event.detail?.ctx?.sourceElement;
  return source && source.id !== "live" && source.id !== "seen" && !source.closest?.(".pending");
};

export function say(words) {
  const line = document.createElement("p");
  line.textContent = words;
  document.getElementById("notice").replaceChildren(line);
}

let timer = 0;
new MutationObserver(() => {
  clearTimeout(timer);
  timer = setTimeout(() => document.getElementById("notice").replaceChildren(), STAYS);
}).observe(document.getElementById("notice"), { childList: true });

document.addEventListener("htmx:error", (event) => {
  if (ours(event)) say("That did not reach the server. Look at your connection and try again.");
});
document.addEventListener("htmx:response:error", (event) => {
  if (ours(event) && event.detail.ctx.response.status >= 500) say("Something broke on our side. Try again.");
});
