// What the guest has just written: said aloud, and marked with a line for who looked elsewhere.
import { countWhileAway } from "../page/connection.js";
import { announce } from "../page/text.js";
import { messages } from "./order.js";
import { countBelow, wasAtEnd } from "./place.js";
import { lookAgain } from "./seen.js";

export function guestWrote(bubbles) {
  countWhileAway();
  const who = document.querySelector(".thread-who h2")?.textContent ?? "";
  announce(`${who}: ${bubbles.at(-1).dataset.preview ?? ""}`);
  lookAgain();
  if (!document.hidden && wasAtEnd()) return;
  if (!wasAtEnd()) countBelow(bubbles.length);
  drawNewLine(bubbles);
}

function drawNewLine(bubbles) {
  let line = messages().querySelector(".new-line");
  const sofar = Number.parseInt(line?.textContent, 10) || 0;
  if (!line) {
    line = document.createElement("li");
    line.className = "new-line";
    line.append(document.createElement("span"));
    document.getElementById(bubbles[0].id)?.before(line);
  }
  const count = sofar + bubbles.length;
  line.firstElementChild.textContent = `${count} new ${count === 1 ? "message" : "messages"}`;
}
