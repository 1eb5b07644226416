// The strip that says when the desk has lost the server, and that it has caught up.
import { setText } from "./text.js";

const PATIENCE = 4000; // a shorter drop is not worth a word
const STAYS = 2500;

let troubleSince = 0;
let newWhileAway = 0;

const strip = () => document.getElementById("connection");

export function showConnection() {
  if (!troubleSince || Date.now() - troubleSince < PATIENCE) return;
  strip().className = "connection";
  setText(strip(), "Reconnecting… your text is safe");
  strip().hidden = false;
}

export function trouble() {
  troubleSince ||= Date.now();
  showConnection();
}

export function healthy() {
  const wasShown = troubleSince && !strip().hidden;
  troubleSince = 0;
  if (wasShown) flash();
  newWhileAway = 0;
}

export function countWhileAway() {
  if (troubleSince) newWhileAway += 1;
}

function flash() {
  strip().className = "connection good";
  setText(strip(), newWhileAway ? `Caught up, ${newWhileAway} new while away` : "Caught up");
  setTimeout(() => {
    if (!troubleSince) strip().hidden = true;
  }, STAYS);
}
