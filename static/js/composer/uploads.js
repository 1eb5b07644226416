// Files on their way to us. A file's bubble is a small form that htmx sends like a text's, in turn;
// only the sending itself is done here. A file goes on while another conversation is open, and its
// bubble is there again when one comes back.
import { anyWait, size } from "./files.js";
import { answerOf, transfer, wasSentAway } from "./transfer.js";

const NOT_REACHED = "Not sent, the connection is gone. Trying again is safe: it is never sent twice.";
const REFUSED = "Not sent. The server did not take it; try again in a moment.";
const jobs = new Map(); // client_ref → what is on its way, or did not get through

const bubbleOf = (job) => document.querySelector(`.pending[data-client-ref="${CSS.escape(job.ref)}"]`);
const isOnItsWay = (job) => !job.why;

export const uploadsOf = (conversation) => [...jobs.values()].filter((job) => job.conversation === conversation);
export const fileOf = (ref) => jobs.get(ref)?.file;

// Draws the file into its bubble, and remembers it until the server has it.
export function drawFile(item, entry) {
  const job = jobs.get(entry.ref) ?? { ...entry, part: 0, why: "", url: URL.createObjectURL(entry.file) };
  jobs.set(entry.ref, job);
  item.querySelector("form").elements.recording.value = job.recording ? "yes" : "";
  if (job.recording) item.querySelector("[data-edit]").remove();
  item.querySelector(".pending-text").textContent = job.body;
  item.querySelector("[data-cancel-upload]").setAttribute("aria-label", `Cancel sending ${job.file.name}`);
  item.querySelector("progress").setAttribute("aria-label", `Sending ${job.file.name}`);
  view(item, job);
  show(job, item);
}

export function forgetFile(ref) {
  const job = jobs.get(ref);
  if (!job) return;
  jobs.delete(ref);
  setTimeout(() => URL.revokeObjectURL(job.url), 60000); // the bubble may still show it
}

export function stopUpload(ref) {
  jobs.get(ref)?.stop?.();
}

function view(item, { file, url, recording }) {
  const kind = recording ? "voice" : file.type.split("/")[0];
  item.querySelector(".bubble").classList.add(`kind-${kind}`);
  if (kind === "image" || kind === "video") {
    item.querySelector(".pending-view").replaceChildren(frame(kind, url, file.name));
    return;
  }
  item.querySelector(".pending-view b").textContent = recording ? "Voice message" : file.name;
  item.querySelector(".pending-view b + span").textContent = recording || size(file.size);
}

function frame(kind, url, name) {
  const picture = document.createElement(kind === "image" ? "img" : "video");
  picture.src = url;
  if (kind === "image") picture.alt = name;
  else picture.className = "video";
  // It takes its room late, and what one has just sent stays in sight.
  picture.addEventListener(kind === "image" ? "load" : "loadedmetadata", () => document.dispatchEvent(new CustomEvent("lobby:sent")));
  const around = document.createElement("div");
  around.className = kind === "image" ? "photo" : "";
  around.append(picture);
  return around;
}

function show(job, item = bubbleOf(job)) {
  if (!item) return;
  const bar = item.querySelector("progress");
  bar.value = Math.floor(job.part * 100);
  item.querySelector(".uploading").hidden = !isOnItsWay(job);
  item.querySelector("[data-cancel-upload]").hidden = job.part === 1;
  item.classList.toggle("refused", !isOnItsWay(job));
  item.querySelector(".after").hidden = isOnItsWay(job);
  if (job.why) item.querySelector(".why").textContent = job.why;
}

// ---- sending

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const job = jobs.get(ctx.sourceElement?.elements?.client_ref?.value);
  if (!job || !ctx.sourceElement.closest(".pending")) return;
  ctx.request.body.append("file", job.file, job.file.name);
  ctx.fetch = (url, request) => upload(job, url, request);
  Object.assign(job, { part: 0, why: "", stop: () => ctx.request.abort() });
  show(job);
});

async function upload(job, url, request) {
  try {
    const xhr = await transfer(url, request, (part) => {
      job.part = part;
      show(job);
    });
    settle(job, xhr);
    return answerOf(xhr);
  } catch (error) {
    job.why = NOT_REACHED;
    show(job);
    throw error;
  }
}

// Also for a bubble that is not on the screen just now: htmx would find nobody to tell.
function settle(job, xhr) {
  if (xhr.status < 400 && !wasSentAway(xhr)) {
    forgetFile(job.ref);
    return;
  }
  const says = xhr.status === 422 || xhr.status === 413;
  job.why = says ? new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent.trim() : REFUSED;
  show(job);
}

// What only this page has would be lost with it.
addEventListener("beforeunload", (event) => {
  if (jobs.size || anyWait()) event.preventDefault();
});
