"use strict";
// The filter of the index. Without this script the page shows everything.
(() => {
  const form = document.getElementById("find");
  if (!form) return;
  const { text, state, found } = form.elements;
  const gates = [...document.querySelectorAll("[data-gate]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const words = new Map();
  for (const gate of gates) {
    const group = gate.closest("[data-group]")?.querySelector(".suite");
    words.set(gate, `${group?.textContent ?? ""} ${gate.textContent}`.toLowerCase());
  }
  const listed = gates.filter((gate) => gate.dataset.states !== undefined && gate.closest("section").querySelector("#gates"));

  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const gate of gates) {
      const states = gate.dataset.states?.split("|");
      const fits = wanted.every((word) => words.get(gate).includes(word));
      gate.hidden = !fits || (state.value !== "" && states !== undefined && !states.includes(state.value));
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-gate]:not([hidden])");
    const shown = listed.filter((gate) => !gate.hidden).length;
    const all = !wanted.length && !state.value;
    found.value = all ? "" : `${shown} of ${listed.length} rows`;
    const kept = new URLSearchParams();
    if (text.value) kept.set("text", text.value);
    if (state.value) kept.set("state", state.value);
    const address = `#${kept}`;
    if (!all || location.hash.includes("=")) history.replaceState(null, "", all ? location.pathname : address);
  };

  const restore = () => {
    const kept = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    text.value = kept.get("text") ?? "";
    state.value = kept.get("state") ?? "";
    if (state.selectedIndex < 0) state.value = "";
    apply();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  window.addEventListener("hashchange", restore);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      text.focus();
      text.select();
    } else if (event.key === "Escape" && event.target === text && text.value) {
      text.value = "";
      apply();
    }
  });
  restore();
})();
