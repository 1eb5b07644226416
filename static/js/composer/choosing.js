// Choosing files: by the picker, by pasting, by dropping them anywhere on the thread or into a dialog
// that takes them.
import { composer } from "./box.js";
import { add, complain, dialogForm, textBox } from "./files.js";

const picker = () => document.getElementById("file-picker");

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-attach]")) return;
  picker().multiple = true;
  picker().click();
});

document.addEventListener("change", (event) => {
  if (event.target !== picker()) return;
  add(picker().files);
  picker().value = "";
});

// A table or a sentence from an office program brings a picture of itself along: it is text.
document.addEventListener("paste", (event) => {
  const elsewhere = event.target.matches?.("input, textarea") && event.target !== textBox();
  const { files, types } = event.clipboardData ?? {};
  if (!composer() || elsewhere || !files?.length || types.includes("text/plain")) return;
  event.preventDefault();
  add(files);
});

// ---- dropping

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const place = (event) => composer() && event.target.closest?.(".thread, [data-takes-files]");

function showPlace(on) {
  document.querySelector(".thread")?.classList.toggle("dropping", Boolean(on));
}

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // a browser would leave the desk and open the file
  event.dataTransfer.dropEffect = place(event) ? "copy" : "none";
  showPlace(place(event) && !dialogForm());
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) showPlace(false);
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  showPlace(false);
  if (place(event)) addDropped(event.dataTransfer);
});

function addDropped({ items, files }) {
  const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
  const folders = new Set([...items].flatMap((item, index) => (isFolder(item) ? [files[index]] : [])));
  add([...files].filter((file) => !folders.has(file)));
  if (folders.size) complain("A folder cannot be sent. Drop the files in it.");
}
