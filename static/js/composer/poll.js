// The answers of a poll: the next empty one is shown when it is asked for, and may be taken away.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-add-answer], [data-remove-answer]");
  if (!button) return;
  const answers = button.closest(".poll-answers");
  if ("addAnswer" in button.dataset) add(answers);
  else remove(answers, button.closest(".poll-answer"));
  number(answers);
});

function add(answers) {
  const next = answers.querySelector(".spare");
  next?.classList.remove("spare");
  next?.querySelector("input").focus();
}

function remove(answers, answer) {
  answer.querySelector("input").value = "";
  answer.classList.add("spare");
  answers.querySelector("[data-add-answer]").before(answer);
  answers.querySelector(".poll-answer:not(.spare) input")?.focus();
}

function number(answers) {
  answers.querySelectorAll(".poll-answer").forEach((answer, index) => {
    const words = `Answer ${index + 1}`;
    answer.querySelector("input").placeholder = words;
    answer.querySelector("input").ariaLabel = words;
    answer.querySelector("button").ariaLabel = `Remove answer ${index + 1}`;
  });
  answers.querySelector("[data-add-answer]").hidden = !answers.querySelector(".spare");
}
