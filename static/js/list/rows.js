// The list: rows in the server's order after every change, the open one marked, "/" to search.
const rows = () => document.getElementById("rows");

function order() {
  const list = rows();
  if (!list) return;
  const sign = list.dataset.order === "desc" ? -1 : 1;
  const sorted = [...list.children].sort((a, b) => sign * (a.dataset.sort < b.dataset.sort ? -1 : 1));
  sorted.forEach((row, index) => {
    if (list.children[index] !== row) list.insertBefore(row, list.children[index]);
  });
}

function mark() {
  const open = document.getElementById("thread").dataset.coming ?? document.getElementById("open-thread")?.value;
  for (const row of document.querySelectorAll(".row")) {
    const selected = row.id === `row-${open}`;
    row.classList.toggle("selected", selected);
    if (selected) row.firstElementChild.setAttribute("aria-current", "true");
    else row.firstElementChild.removeAttribute("aria-current");
  }
}

// A row that moves takes the focus along.
document.addEventListener("htmx:after:swap", () => {
  const focused = document.activeElement?.closest?.(".row")?.id;
  order();
  mark();
  if (focused) document.getElementById(focused)?.firstElementChild.focus({ preventScroll: true });
});

// A click shows at once which one is coming, and whether it stayed away.
document.addEventListener("lobby:coming", mark);
document.addEventListener("lobby:stayed", mark);

// What is being searched is also what the live path is told.
document.addEventListener("input", (event) => {
  if (event.target.id === "search-box") document.getElementById("list-query").value = event.target.value;
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById("search-box").focus();
});

mark();
