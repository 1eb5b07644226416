// Turns every hint that something may have moved into one event, lobby:fetch, on the element #live.
// Hints: the socket's number, its reconnect, tab focus, waking from sleep, our own acts, a slow poll.
import { healthy, showConnection, trouble } from "./connection.js";
import { isPressed } from "./press.js";
import { isReady } from "./vendor.js";

const POLL = 20000; // while the socket is there; without it every beat is a poll
const BEAT = 5000;
const SLEPT = 20000;
const PATIENCE = 4000; // for an answer, and for the socket to come back
const SLOWEST = 30000;
const REFUSED = 5000; // the server could not let us in just then
const BREATH = 50; // between two requests of a burst
const HELD = 100; // before asking again while something is pressed
const GIVEN_UP = 15000; // the request's own limit is 10 seconds

let busy = false;
let next = null; // what to ask for after the request under way: "" is everything, or a number
let failures = 0;
let retryTimer = 0;
let lastBeat = Date.now();
let lastFetch = Date.now();
let socket = null;

const live = () => document.getElementById("live");
const cursor = () => document.getElementById("cursor");
const seen = () => Number(cursor().value);
const query = () => document.getElementById("list-query").value;

function fetchChanges() {
  ask("");
}

function hint(seq) {
  if (Number(seq) !== seen()) ask(String(seq));
}

// Asked for up to a number that a change signal brought, the answer is the same for every page it reached.
function ask(told) {
  const isHeard = isReady() && live().matches("[data-htmx-powered]");
  if (!isHeard) return;
  if (busy) {
    if (next !== "") next = told;
    return;
  }
  clearTimeout(retryTimer);
  busy = true;
  next = null;
  lastFetch = Date.now();
  document.getElementById("told").value = told;
  live().dispatchEvent(new CustomEvent("lobby:fetch"));
}

function askAgain() {
  if (next === "") ask(next);
  else if (next !== null) hint(next);
}

function isLive(event) {
  return event.detail?.ctx?.sourceElement === live();
}

document.addEventListener("htmx:after:init", (event) => {
  if (event.target === live()) fetchChanges();
});

// Every request remembers what was on the screen when it was asked.
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.asked = { seq: seen(), query: query() };
});

// An answer that does not follow on from the screen is not applied: it is older than what is there,
// the cursor went back meanwhile, or the list now shows something else. Nor is one under a finger.
function follows({ asked }, answer) {
  const seq = Number(answer.dataset.seq);
  return asked.seq <= seen() && (seq >= seen() || asked.seq === seen()) && asked.query === query();
}

document.addEventListener("htmx:before:swap", (event) => {
  if (!isLive(event)) return;
  const { ctx, tasks } = event.detail;
  const answer = tasks.map((task) => task.fragment.querySelector?.("#arrived")).find(Boolean);
  if (answer && follows(ctx, answer) && !isPressed()) ctx.applying = Number(answer.dataset.seq);
  else event.preventDefault();
  ctx.superseded = Boolean(answer) && ctx.applying === undefined;
});

// Only now, with everything in place, does the cursor move.
document.addEventListener("htmx:after:swap", (event) => {
  const ctx = event.detail?.ctx;
  if (!isLive(event)) {
    goBackTo(ctx?.asked);
  } else if (ctx.applying !== undefined) {
    cursor().value = String(ctx.applying);
    ctx.applied = true;
    failures = 0;
    setTimeout(healthy, 0);
  }
});

// A thread or a list that was drawn while the cursor moved may lack what came in between.
function goBackTo(asked) {
  if (!asked || asked.seq >= seen()) return;
  cursor().value = String(asked.seq);
  fetchChanges();
}

document.addEventListener("htmx:finally:request", (event) => {
  if (!isLive(event)) return;
  const { applied, superseded } = event.detail.ctx;
  busy = false;
  if (applied) {
    if (next !== null) setTimeout(askAgain, BREATH);
  } else if (superseded) {
    setTimeout(fetchChanges, isPressed() ? HELD : 0);
  } else {
    failures += 1;
    trouble();
    retryTimer = setTimeout(fetchChanges, Math.min(SLOWEST, 1000 * 2 ** failures) * (0.5 + Math.random() / 2));
  }
});

// What we did ourselves is shown without waiting for the socket. That a thread was looked at changes
// a badge at most, and every load of a thread says so: that goes with the change signal.
document.addEventListener("htmx:after:request", (event) => {
  const { request, sourceElement } = event.detail?.ctx ?? {};
  const isAct = request?.method && request.method !== "GET" && sourceElement?.id !== "seen";
  if (isAct) setTimeout(fetchChanges, 0);
});

function connect() {
  if (socket || !window.io) return;
  socket = window.io({
    transports: ["websocket"],
    query: { hotel: live().dataset.hotel },
    reconnectionDelay: 500,
    reconnectionDelayMax: 10000,
  });
  socket.on("connect", fetchChanges);
  socket.on("connect_error", () => socket.active || setTimeout(() => socket.connect(), REFUSED));
  socket.on("changed", (word) => hint(word.seq));
  socket.on("heartbeat", (word) => hint(word.seq));
  socket.on("disconnect", (reason) => {
    fetchChanges();
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 2000);
  });
}

setInterval(() => {
  const slept = Date.now() - lastBeat > SLEPT;
  lastBeat = Date.now();
  const quiet = Date.now() - lastFetch;
  if (busy && quiet > PATIENCE) trouble();
  if (quiet > GIVEN_UP) busy = false;
  if (slept || quiet > (socket?.connected ? POLL : PATIENCE)) fetchChanges();
  showConnection();
}, BEAT);
document.addEventListener("visibilitychange", () => document.hidden || fetchChanges());
addEventListener("focus", fetchChanges);
addEventListener("online", () => {
  socket?.connect();
  fetchChanges();
});
addEventListener("offline", trouble);
addEventListener("pageshow", (event) => event.persisted && fetchChanges());
document.addEventListener("lobby:vendor", () => {
  connect();
  fetchChanges();
});
connect();
setTimeout(fetchChanges, 0); // htmx may have been there before us
