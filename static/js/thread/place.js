// Where one stands in the thread: the end in sight only for those who were at the end; nothing jumps
// for anybody else.
const NEAR = 48;

let below = 0; // messages of the guest that arrived while we looked elsewhere
let held = null;
let stuck = true;

export const scroller = () => document.getElementById("scroller");
export const isMissing = () => below > 0;
export const isStuck = () => stuck;
export const wasAtEnd = () => Boolean(held?.end);

export function countBelow(count) {
  below += count;
}

function atEnd() {
  const area = scroller();
  return area.scrollHeight - area.scrollTop - area.clientHeight < NEAR;
}

export function toEnd(behavior = "auto") {
  scroller().scrollTo({ top: scroller().scrollHeight, behavior });
  below = 0;
  showJump();
}

function showJump() {
  const button = document.getElementById("jump");
  if (!button) return;
  button.hidden = atEnd();
  const badge = button.querySelector(".badge");
  badge.hidden = !below;
  badge.textContent = String(below);
}

// The first bubble in view is the fixed point; it stands where it stood when the list has changed.
export function hold() {
  const area = scroller();
  if (!area) return;
  const top = area.getBoundingClientRect().top;
  const bubbles = [...area.querySelectorAll(".message")];
  const first = bubbles.find((bubble) => bubble.getBoundingClientRect().bottom > top);
  const unfolded = bubbles.filter((bubble) => bubble.querySelector("details.earlier[open]"));
  held = {
    area,
    end: atEnd(),
    id: first?.id,
    offset: first ? first.getBoundingClientRect().top : 0,
    unfolded: unfolded.map((bubble) => bubble.id),
  };
}

export function release() {
  const area = scroller();
  if (!held || held.area !== area) return;
  held.unfolded.forEach(unfold);
  const anchor = held.id && document.getElementById(held.id);
  if (held.end) toEnd();
  else if (anchor) area.scrollTop += anchor.getBoundingClientRect().top - held.offset;
  held = null;
  showJump();
}

// What a message said before stays open when its bubble is drawn anew.
function unfold(id) {
  const earlier = document.getElementById(id)?.querySelector("details.earlier");
  if (earlier) earlier.open = true;
}

// A thread that was just opened: at its end, or at what must be seen first.
export function begin(target) {
  below = 0;
  held = null;
  if (!scroller()) return;
  if (target) target.scrollIntoView({ block: "center" });
  else toEnd();
  stuck = atEnd();
  showJump();
}

document.addEventListener("scroll", (event) => {
  if (event.target !== scroller()) return;
  if (atEnd()) below = 0;
  stuck = atEnd();
  showJump();
}, true);

// A picture or a film that takes its room late must not push the end out of sight.
for (const name of ["load", "loadedmetadata"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.("#scroller :is(img, video)") && stuck) toEnd();
  }, true);
}
// So must words that come late under a bubble.
document.addEventListener("animationend", (event) => {
  if (event.target.matches?.("#scroller .after") && stuck) toEnd();
});
addEventListener("resize", () => stuck && scroller() && toEnd());

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#jump")) toEnd("smooth");
});
