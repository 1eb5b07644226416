// A photo opens large over the page; with a modifier key, or without scripts, in a new tab.
const dialog = () => document.getElementById("viewer");

document.addEventListener("click", (event) => {
  const photo = event.target.closest?.("a.photo");
  if (event.target === dialog()) dialog().close();
  if (!photo || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = dialog().querySelector("img");
  picture.src = photo.href;
  picture.alt = photo.querySelector("img").alt;
  dialog().showModal();
});
