// Takes our own copy of a CDN script when the CDN refuses it, or says nothing for 1.5 s (a hotel's
// firewall). Never both: a tag that is given up moves to an inert document, where it cannot run.
const PATIENCE = 1500;
const root = document.documentElement;
const inert = document.implementation.createHTMLDocument("");
const settled = new WeakSet();

// An extension may arrive before htmx itself: keep it until then.
const early = [];
window.htmx = { registerExtension: (...extension) => early.push(extension) };

// Without the extension htmx could ask, but not put the answer in its place.
const there = new Set();
const isReady = () => Boolean(window.htmx.version) && there.has("dist/ext/hx-upsert.min.js");

function arrived(script) {
  settled.add(script);
  there.add(script.dataset.path);
  if (window.htmx.version) {
    for (const extension of early.splice(0)) window.htmx.registerExtension(...extension);
  }
  if (isReady()) root.dataset.vendor = "ready";
  document.dispatchEvent(new CustomEvent("lobby:vendor"));
}

function takeOwnCopy(script) {
  if (settled.has(script) || !script.dataset.fallback) return;
  settled.add(script);
  const copy = document.createElement("script");
  copy.src = script.dataset.fallback;
  copy.integrity = script.integrity;
  copy.dataset.path = script.dataset.path;
  copy.crossOrigin = "anonymous";
  copy.async = true;
  copy.addEventListener("load", () => arrived(copy));
  inert.adoptNode(script);
  document.head.append(copy);
}

const fromCdn = (event) => event.target.matches?.("script[data-fallback]");
document.addEventListener("load", (event) => fromCdn(event) && arrived(event.target), true);
document.addEventListener("error", (event) => {
  if (fromCdn(event)) takeOwnCopy(event.target);
  // An upgrade came between the page and its own script: the page is one without scripts.
  else if (event.target.matches?.("script[data-ours]")) root.classList.remove("js");
}, true);
setTimeout(() => document.querySelectorAll("script[data-fallback]").forEach(takeOwnCopy), PATIENCE);

root.classList.add("js");
