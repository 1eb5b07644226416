// Light, dark, or as the system says. The choice is a cookie, so that the server draws the first page right.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const A_YEAR = 31536000;

root.classList.add("js");

function shade() {
  return root.dataset.theme || (system.matches ? "dark" : "light");
}

function show() {
  root.dataset.shade = shade();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  root.dataset.theme = shade() === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${A_YEAR}; samesite=lax`;
  show();
});
system.addEventListener("change", show);
show();
