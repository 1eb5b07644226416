// The thread's own order and place: bubbles sorted, grouped and parted by days as the server would
// draw them; the end in sight only for those who were at the end; nothing jumps for anybody else.
(() => {
  "use strict";
  const GROUPED = 300;
  const NEAR = 48;

  const scroller = () => document.getElementById("scroller");
  const list = () => document.querySelector("#scroller .messages");
  const jump = () => document.getElementById("jump");
  let below = 0; // messages of the guest that arrived while we looked elsewhere

  // ---- order, groups, days

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

  function dayWords(day) {
    if (day === window.lobbyClock.day()) return "Today";
    if (day === window.lobbyClock.day(1)) return "Yesterday";
    const date = new Date(`${day}T12:00:00Z`);
    const words = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(date).replace(",", "");
    return day.slice(0, 4) === window.lobbyClock.day().slice(0, 4) ? words : `${words} ${day.slice(0, 4)}`;
  }

  function separator(day) {
    const item = document.createElement("li");
    item.className = "day";
    item.dataset.day = day;
    item.append(document.createElement("span"));
    return item;
  }

  function arrange() {
    if (!list()) return;
    const parts = new Map([...list().querySelectorAll(".day")].map((item) => [item.dataset.day, item]));
    let previous = null;
    for (const bubble of sortBubbles(list().querySelectorAll(".message"))) {
      const { day, at, from } = bubble.dataset;
      const sameDay = previous?.dataset.day === day;
      if (!sameDay) placeSeparator(bubble, parts.get(day) || separator(day));
      if (!sameDay) parts.delete(day);
      const joins = sameDay && previous.dataset.from === from && Number(at) - Number(previous.dataset.at) < GROUPED;
      bubble.classList.toggle("joins", joins && !bubble.previousElementSibling?.matches(".new-line"));
      previous = bubble;
    }
    parts.forEach((item) => item.remove());
  }

  function placeSeparator(bubble, item) {
    item.firstElementChild.textContent = dayWords(item.dataset.day);
    const line = bubble.previousElementSibling;
    const before = line?.matches(".new-line") ? line : bubble;
    if (before.previousElementSibling !== item) before.before(item);
  }

  // ---- place

  function atEnd() {
    const area = scroller();
    return area.scrollHeight - area.scrollTop - area.clientHeight < NEAR;
  }

  function toEnd(behavior = "auto") {
    scroller().scrollTo({ top: scroller().scrollHeight, behavior });
    below = 0;
    showJump();
  }

  function showJump() {
    const button = jump();
    if (!button) return;
    button.hidden = atEnd();
    const badge = button.querySelector(".badge");
    badge.hidden = !below;
    badge.textContent = String(below);
  }

  // The first bubble in view is the fixed point; it stands where it stood when the list has changed.
  let held = null;

  function hold() {
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

  function release() {
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

  // ---- what is new

  function newLine(count) {
    const item = document.createElement("li");
    item.className = "new-line";
    item.append(document.createElement("span"));
    item.firstElementChild.textContent = `${count} new ${count === 1 ? "message" : "messages"}`;
    return item;
  }

  function guestWrote(bubbles) {
    document.dispatchEvent(new CustomEvent("lobby:guest-wrote"));
    announce(bubbles.at(-1));
    delete document.getElementById("thread").dataset.seen;
    if (!document.hidden && held?.end) return;
    if (!held?.end) below += bubbles.length;
    drawNewLine(bubbles);
  }

  function drawNewLine(bubbles) {
    let line = list().querySelector(".new-line");
    if (!line) {
      line = newLine(bubbles.length);
      document.getElementById(bubbles[0].id)?.before(line);
    } else {
      const sofar = Number.parseInt(line.textContent, 10) || 0;
      line.firstElementChild.textContent = newLine(sofar + bubbles.length).textContent;
    }
  }

  function announce(bubble) {
    const who = document.querySelector(".thread-who h2")?.textContent ?? "";
    const what = bubble.dataset.preview ?? "";
    document.getElementById("announcer").textContent = `${who}: ${what}`;
  }

  function markSeen() {
    const unseen = document.querySelector("#thread:not([data-seen])");
    const form = document.getElementById("seen");
    const isHeard = form?.matches("[data-htmx-powered]");
    if (document.hidden || !scroller() || !unseen || below || !isHeard) return;
    document.getElementById("thread").dataset.seen = "yes";
    form.dispatchEvent(new CustomEvent("lobby:seen"));
  }

  document.addEventListener("htmx:after:init", (event) => {
    if (event.target.id === "seen") setTimeout(markSeen, 0);
  });

  // ---- the moments at which all this happens

  let arriving = [];

  document.addEventListener("htmx:before:swap", (event) => {
    if (!list()) return;
    hold();
    const known = (item) => document.getElementById(item.id);
    const loadsOlder = event.detail.ctx.sourceElement?.id === "older-messages";
    arriving = event.detail.tasks
      .filter((task) => task.target === list() && !loadsOlder)
      .flatMap((task) => [...task.fragment.querySelectorAll(".message.in")])
      .filter((item) => !known(item));
  });

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.target?.id === "thread") {
      open();
      return;
    }
    if (arriving.length && list()) guestWrote(arriving);
    arriving = [];
    arrange();
    release();
    setTimeout(markSeen, 0);
  });

  document.addEventListener("lobby:arrange", () => {
    arrange();
    if (stuck && scroller()) toEnd();
  });
  document.addEventListener("lobby:sent", () => {
    list().querySelector(".new-line")?.remove();
    arrange();
    toEnd();
  });
  document.addEventListener("visibilitychange", () => setTimeout(markSeen, 0));
  document.addEventListener("scroll", (event) => {
    if (event.target !== scroller()) return;
    if (atEnd()) below = 0;
    showJump();
    markSeen();
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
  let stuck = true;
  document.addEventListener("scroll", (event) => {
    if (event.target === scroller()) stuck = atEnd();
  }, true);
  addEventListener("resize", () => stuck && scroller() && toEnd());

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#jump")) toEnd("smooth");
    const link = event.target.closest?.("a.quote, a[data-show]");
    if (link) show(event, document.getElementById(link.hash.slice(1)), link.matches("a.quote"));
  });

  // A quoted bubble that is further up stays there; a failed one is worth loading the page for.
  function show(event, bubble, stay) {
    if (bubble || stay) event.preventDefault();
    if (!bubble) return;
    bubble.scrollIntoView({ block: "center", behavior: "smooth" });
    bubble.classList.remove("found");
    requestAnimationFrame(() => bubble.classList.add("found"));
  }

  function open() {
    below = 0;
    held = null;
    if (!list()) return;
    arrange();
    const unsent = document.querySelector(".unsent-band") && list().querySelector(".message.failed");
    const target = unsent || list().querySelector(".new-line");
    if (target) target.scrollIntoView({ block: "center" });
    else toEnd();
    stuck = atEnd();
    showJump();
    setTimeout(markSeen, 0);
  }

  open();
})();
