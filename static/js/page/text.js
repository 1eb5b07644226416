// Words on the screen: written only where they change, so that nobody hears them twice.
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

// Told to those who listen instead of looking.
export function announce(words) {
  document.getElementById("announcer").textContent = words;
}

// 3:07
export function playingTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// The first step of a table whose limit is above the number says how the number reads.
export function inSteps(number, steps) {
  return steps.find(({ below }) => below === null || number < below);
}
