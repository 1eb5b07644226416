// Says aloud, at once, when a guest becomes upset or is in danger, or when a message of ours does not
// get through, while we look at the page.
const heard = new Set();

const told = () => [
  ...[...document.querySelectorAll("[data-sentiment]")].map(({ dataset }) => [dataset.sentiment, dataset.sentimentWords]),
  ...[...document.querySelectorAll("[data-unsent]")].map(({ dataset }) => [dataset.unsent, dataset.unsentWords]),
];

function listen(aloud) {
  const news = new Set();
  for (const [key, words] of told()) {
    if (!heard.has(key)) news.add(words);
    heard.add(key);
  }
  if (aloud && news.size) document.getElementById("alarm").textContent = [...news].join(". ");
}

// Only what the live path brings is news; a search or another tab shows what was there before.
document.addEventListener("htmx:after:swap", (event) => {
  listen(event.detail?.ctx?.sourceElement?.id === "live");
});
listen(false);
