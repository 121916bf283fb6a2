// Opens "Approve" once the end of the card was in sight. Without this script a button at the end does the same.
"use strict";
const form = document.querySelector("[data-read]");
const end = document.querySelector("[data-end]");
const decide = document.querySelector("[data-decide]");

async function reachedTheEnd() {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok) return; // the button stays, and says what is wrong when it is pressed
  const { token } = await answer.json();
  decide.elements.read.value = token;
  const approve = decide.querySelector("[data-approve]");
  approve.disabled = false;
  approve.removeAttribute("aria-describedby");
  decide.querySelector("[data-unread]").hidden = true;
  form.hidden = true;
  document.querySelector("[data-said]").textContent = "You have opened the whole card. The decision is open.";
}

if (form && end && decide && !decide.elements.read.value) {
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    reachedTheEnd();
  });
  watcher.observe(end);
}
