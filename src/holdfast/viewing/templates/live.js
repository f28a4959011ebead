"use strict";
/* Asks for the state of running evaluations once a second, and writes it as text. */
(() => {
  const live = document.getElementById("live");
  const said = document.getElementById("connection");
  let wait = 1000;
  async function look() {
    try {
      const answer = await fetch(live.dataset.source, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      wait = 1000;
      said.textContent = "";
      if (now.signature !== live.dataset.state) {
        location.reload();
        return;
      }
      for (const run of now.runs) show(run);
    } catch {
      wait = Math.min(wait * 2, 15000);
      said.textContent = "The viewer does not answer: these figures are old.";
    }
    setTimeout(look, wait);
  }
  function show(run) {
    const box = [...live.querySelectorAll("[data-run]")].find((one) => one.dataset.run === run.id);
    if (!box) return;
    const bar = box.querySelector("progress");
    if (bar) { bar.max = run.total; bar.value = run.made; }
    for (const place of box.querySelectorAll("[data-fact]")) {
      const text = run.facts[place.dataset.fact];
      if (text !== undefined && place.textContent !== text) place.textContent = text;
    }
  }
  setTimeout(look, wait);
})();
