"use strict";
// Adds a filter to the list of cases; everything else works without it.
(() => {
  const form = document.getElementById("filter");
  const list = document.getElementById("case-list");
  if (!form || !list) return;
  const items = Array.from(list.children);
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = form.elements.state.value;
    let found = 0;
    for (const item of items) {
      const fits = (!state || item.dataset.state === state) && words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      if (fits) found += 1;
    }
    form.elements.found.value = `${found} of ${items.length} listed cases`;
  };
  const order = () => {
    const byId = (a, b) => a.dataset.id.localeCompare(b.dataset.id, "en", { numeric: true });
    const sorted = form.elements.order.value === "id" ? items.slice().sort(byId) : items;
    list.append(...sorted);
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.elements.order.addEventListener("change", order);
  form.hidden = false;
  filter();
})();
