// Whether something is being pressed. What is drawn anew between press and release is not clicked.
const LONGEST = 1000; // the release was not told us, or a text is being selected
let since = 0;

addEventListener("pointerdown", () => (since = Date.now()), true);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(() => (since = 0), 0), true); // after the click
}

export const isPressed = () => Date.now() - since < LONGEST;
