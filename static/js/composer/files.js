// Files that are chosen. They stand above the box, or in the dialog that sends them later, until they
// are sent, and wait there while another conversation is open.
import { announce, inSteps } from "../page/text.js";
import { box, composer, showProblem, writesTo } from "./box.js";

const MOST = 30;
const chosen = new Map(); // conversation → [{ file, url }]

const ours = () => chosen.get(writesTo()) ?? [];

export const dialogForm = () => document.querySelector("#dialog[open] [data-takes-files]");
export const textBox = () => dialogForm()?.querySelector("textarea") ?? document.getElementById("coming-box") ?? box();
export const files = () => ours().map(({ file }) => file);
export const anyWait = () => [...chosen.values()].some((some) => some.length);

// 640 B, 12 KB, 1.4 MB
export function size(bytes) {
  const { unit, digits, word } = inSteps(bytes, JSON.parse(composer().dataset.sizes));
  return `${(bytes / unit).toFixed(digits)} ${word}`;
}

// WhatsApp shows no text under a sound.
export function canHaveText(file) {
  return !composer().dataset.withoutText.split(" ").includes(file.type.split("/")[0]);
}

export function complain(words) {
  if (dialogForm()) dialogForm().querySelector(".problem").textContent = words;
  else showProblem(words);
}

export function add(some) {
  const good = [];
  const problems = [];
  for (const file of some) {
    const problem = trouble(file, ours().length + good.length);
    if (problem) problems.push(problem);
    else good.push({ file, url: /^image\//.test(file.type) ? URL.createObjectURL(file) : "" });
  }
  chosen.set(writesTo(), [...ours(), ...good]);
  complain(problems.slice(0, 3).join(" "));
  draw();
  tell();
  textBox().focus();
}

function trouble(file, before) {
  const { largest, tooLarge } = composer().dataset;
  if (before >= MOST) return `${file.name} was left out: ${MOST} files at a time.`;
  if (!file.size) return `${file.name} is empty.`;
  if (file.size > Number(largest)) return `${file.name} ${tooLarge}`;
  return "";
}

// They leave the box for good.
export function take() {
  const taken = files();
  for (const { url } of ours()) if (url) URL.revokeObjectURL(url);
  chosen.delete(writesTo());
  complain("");
  draw();
  return taken;
}

function tell() {
  const count = ours().length;
  announce(count ? `${count} ${count === 1 ? "file" : "files"} to send` : "No files to send");
}

function draw() {
  for (const list of document.querySelectorAll(".chosen")) {
    list.hidden = !ours().length;
    list.replaceChildren(...ours().map(chip));
  }
  document.dispatchEvent(new CustomEvent("lobby:chosen"));
}

function chip({ file, url }) {
  const item = document.getElementById("chosen-template").content.firstElementChild.cloneNode(true);
  item.querySelector("b").textContent = file.name;
  item.querySelector(".chosen-words > span").textContent = size(file.size);
  const button = item.querySelector("button");
  button.setAttribute("aria-label", `Remove ${file.name}`);
  button.title = "Remove";
  if (url) {
    const image = document.createElement("img");
    image.src = url;
    image.alt = "";
    item.querySelector(".file-view").replaceChildren(image);
  }
  return item;
}

function remove(index) {
  const [gone] = ours().splice(index, 1);
  if (gone.url) URL.revokeObjectURL(gone.url);
  draw();
  tell();
  textBox().focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-unchoose]");
  if (button) remove([...button.closest("ul").children].indexOf(button.closest("li")));
});

// Another conversation, or a dialog, shows its own.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id === "thread" && composer()) draw();
});
for (const name of ["lobby:dialog", "lobby:coming", "lobby:stayed"]) {
  document.addEventListener(name, () => composer() && draw());
}
