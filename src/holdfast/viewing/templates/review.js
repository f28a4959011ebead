"use strict";
/* Keys for the buttons of the form; without this script the buttons work alone. */
(() => {
  const help = document.getElementById("help");
  const keys = document.getElementById("keys");
  const single = document.getElementById("single");
  const note = document.querySelector("textarea[name=note]");
  const form = document.querySelector("form.choices");
  const OFF = "holdfast-keys-off";
  let sent = false;
  try { single.checked = localStorage.getItem(OFF) === null; } catch { /* nothing is remembered */ }
  single.addEventListener("change", () => {
    try {
      if (single.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
    } catch { /* nothing is remembered */ }
  });
  help.hidden = false;
  help.addEventListener("click", () => keys.showModal());
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea");
    if (typing && event.key === "Escape") { event.target.blur(); return; }
    if (event.target.name === "score" && event.key === "Enter") document.getElementById("score").click();
    if (typing || keys.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!single.checked) return;
    if (event.key === "?") { event.preventDefault(); keys.showModal(); return; }
    if (event.key === "n") { event.preventDefault(); note.focus(); return; }
    const button = [...form.querySelectorAll("button[data-key]")].find((one) => one.dataset.key.split(" ").includes(event.key));
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });
})();
