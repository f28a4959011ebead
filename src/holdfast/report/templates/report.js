"use strict";
// The table of all cases: filter, order, open, keys and links. Without this script the page lists
// the most important cases. Every number and word arrives written; nothing is computed of a score.
(() => {
  const root = document.getElementById("explorer");
  if (!root || !window.DecompressionStream) return;
  const form = document.getElementById("filter");
  const fields = form.elements;
  const pane = root.querySelector(".window");
  const table = root.querySelector("table.rows");
  const head = table.tHead.rows[0];
  const body = table.tBodies[0];
  const dialog = document.getElementById("case");
  const help = document.getElementById("keys");
  const NAMES = ["text", "state", "tag", "metric", "order"];
  const COLUMNS = 5; // metrics with a column of their own
  const SPARE = 10; // rows that are kept above and below what is seen

  let data = null; // columns of the table, as case_table.py describes them
  let texts = []; // what is searched, by row, in lower case
  let read = 0; // blocks of details whose words are searched too
  let found = []; // rows that fit, in their order
  let place = 0; // the current one of them
  let opened = -1; // row of the opened case
  let height = 40; // pixels of a row
  const homes = new Map(); // row -> [block, place in the block]
  const rowOf = new Map(); // id -> row
  const orders = new Map(); // name of an order -> rows
  const blocks = new Map(); // number of a block -> its cases, the last few

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const unpack = (text) => {
    const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  // ---- the filter

  const wanted = () => Object.fromEntries(NAMES.map((name) => [name, fields[name].value]));

  const ordered = (name) => {
    if (!orders.has(name)) orders.set(name, sorted(name));
    return orders.get(name);
  };

  const sorted = (name) => {
    const rows = data.ids.map((_, row) => row);
    if (name === "id") {
      // Numbers in ids count as numbers; a collator does the same and takes five times as long.
      const keys = data.ids.map((id) => id.toLowerCase().replace(/\d+/g, (number) => number.padStart(15, "0")));
      return rows.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0));
    }
    const metric = data.metrics.find((each) => name.endsWith(`:${each.name}`));
    if (!metric) return rows;
    const sign = name.startsWith("best:") ? -1 : 1;
    const keys = metric.key;
    // Rows without a change come last either way; equal ones stay in the order of importance.
    return rows.sort((a, b) => {
      if (keys[a] === null || keys[b] === null) return (keys[a] === null) - (keys[b] === null);
      return sign * (keys[a] - keys[b]);
    });
  };

  const select = ({ text, state, tag, metric, order }) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const column = data.metrics.find((each) => each.name === metric);
    const states = column ? column.state : data.states;
    const label = data.tag_names.indexOf(tag);
    const fits = new Uint8Array(data.words.length).map((_, number) => {
      const name = data.words[number][3];
      return !state || name === state || (state === "changed" && name !== "same") ? 1 : 0;
    });
    return ordered(order).filter(
      (row) =>
        fits[states[row]] === 1 &&
        (!tag || data.tags[row].includes(label)) &&
        words.every((word) => texts[row].includes(word)),
    );
  };

  const filter = () => {
    found = select(wanted());
    place = 0;
    pane.scrollTop = 0;
    columns();
    draw();
    say();
  };

  const say = () => {
    const count = (number) => number.toLocaleString("en");
    const reading = fields.text.value && read < data.blocks.length ? ", still reading answers" : "";
    const cases = data.ids.length === 1 ? "case" : "cases";
    fields.found.value = `${count(found.length)} of ${count(data.ids.length)} ${cases}${reading}`;
    root.querySelector(".none").hidden = found.length > 0;
  };

  // ---- the table

  let shown = []; // metrics that have a column now

  const columns = () => {
    const { metric, order } = wanted();
    const chosen = data.metrics.find((each) => each.name === (metric || order.replace(/^\w+:/, "")));
    shown = data.metrics.slice(0, COLUMNS);
    if (chosen && !shown.includes(chosen)) shown[COLUMNS - 1] = chosen;
    const main = chosen ?? shown[0];
    const heading = (text, name, className) => {
      const down = order === name || order === `worst:${name}`;
      const up = order === `best:${name}`;
      const button = make("button", { type: "button", title: `order by ${text}` }, text);
      button.dataset.order = name === "id" ? "id" : up || !down ? `worst:${name}` : `best:${name}`;
      const cell = make("th", { scope: "col", className }, button);
      if (down || up) cell.setAttribute("aria-sort", down ? "ascending" : "descending");
      return cell;
    };
    const focus = document.activeElement?.dataset?.order;
    head.replaceChildren(
      make("th", { scope: "col", className: "word" }, "State"),
      heading("Case", "id", "what"),
      ...shown.map((each) =>
        heading(each.name, each.name, each === main ? "number change main" : "number change"),
      ),
    );
    if (focus) head.querySelector("[aria-sort] button")?.focus();
  };

  const rowElement = (number) => {
    const row = found[number];
    const { metric } = wanted();
    const column = data.metrics.find((each) => each.name === metric);
    const [word, glyph, tone] = data.words[column ? column.state[row] : data.states[row]];
    const link = make("a", { href: `#${address({ ...wanted(), case: data.ids[row] })}` });
    link.append(make("bdi", {}, data.ids[row]));
    link.tabIndex = number === place ? 0 : -1;
    const element = make(
      "tr",
      { className: `tone-${tone}` },
      make("td", { className: "word" }, stateElement(word, glyph)),
      make("td", { className: "what" }, link, " ", make("bdi", { className: "teaser" }, data.teasers[row])),
      ...shown.map((each, position) => {
        const key = each.key[row];
        const [tone, sign, sense] = key === null ? ["doubt"] : key < 0 ? ["bad", "▼", " worse"] : key > 0 ? ["good", "▲", " better"] : ["mute"];
        const main = head.cells[position + 2].classList.contains("main") ? " main" : "";
        const cell = make("td", { className: `number change tone-${tone}${main}` }, each.texts[each.change[row]]);
        if (sense) {
          cell.prepend(glyphElement(sign), " ");
          cell.append(make("span", { className: "hidden" }, sense)); // a colour alone says nothing
        }
        return cell;
      }),
    );
    element.setAttribute("aria-rowindex", number + 2);
    element.dataset.number = number;
    if (number === place) element.classList.add("current");
    return element;
  };

  const glyphElement = (glyph) => {
    const sign = make("span", { className: "glyph" }, glyph);
    sign.setAttribute("aria-hidden", "true");
    return sign;
  };

  const stateElement = (word, glyph) => make("span", { className: "state" }, glyphElement(glyph), ` ${word}`);

  const spacer = (rows) => {
    const cell = make("td");
    cell.style.height = `${rows * height}px`;
    const row = make("tr", { className: "spacer", hidden: rows === 0 }, cell);
    row.setAttribute("aria-hidden", "true");
    return row;
  };

  const draw = () => {
    const first = Math.max(0, Math.floor(pane.scrollTop / height) - SPARE);
    const last = Math.min(found.length, Math.ceil((pane.scrollTop + pane.clientHeight) / height) + SPARE);
    const focused = document.activeElement?.closest?.("tr[data-number]")?.dataset.number;
    table.setAttribute("aria-rowcount", found.length + 1);
    const rows = [];
    for (let number = first; number < last; number += 1) rows.push(rowElement(number));
    body.replaceChildren(spacer(first), ...rows, spacer(found.length - last));
    if (focused !== undefined) linkOf(Number(focused))?.focus({ preventScroll: true });
  };

  const linkOf = (number) => body.querySelector(`tr[data-number="${number}"] a`);

  const measure = () => {
    const row = body.querySelector("tr[data-number]");
    if (row && row.offsetHeight) height = row.offsetHeight;
  };

  const move = (number) => {
    if (!found.length) return;
    place = Math.max(0, Math.min(found.length - 1, number));
    const top = place * height;
    const room = pane.clientHeight - head.offsetHeight;
    if (top < pane.scrollTop) pane.scrollTop = top;
    else if (top + height > pane.scrollTop + room) pane.scrollTop = top + height - room;
    draw();
    if (!dialog.open) linkOf(place)?.focus({ preventScroll: true });
  };

  // ---- an opened case: what _case.html.j2 makes of the same tuples, of text alone

  const words = (text) => make("bdi", {}, text);
  const line = (className, text) => (text ? [make("p", { className }, text)] : []);
  const heading = (level, text) => make(`h${level}`, {}, text);
  const pre = (text, className = "") => Object.assign(make("pre", className ? { className } : {}, text), { dir: "auto" });
  const cells = (tag, scope, names) =>
    names.map(([text, className]) => make(tag, className ? { scope, className } : { scope }, text));

  const caseNodes = ([tags, input, inputNote, expected, expectedNote, scores, trials, more, source]) => [
    ...(tags.length ? [make("p", {}, ...tags.flatMap((tag) => [make("span", { className: "tag" }, words(tag)), " "]))] : []),
    make(
      "div",
      { className: "pair" },
      make("div", {}, heading(3, "Input"), pre(input), ...line("cut", inputNote)),
      make(
        "div",
        {},
        heading(3, "Expected"),
        ...(expected ? [pre(expected)] : line("fine", "nothing is recorded")),
        ...line("cut", expectedNote),
      ),
    ),
    ...(scores.length ? [scoreTable(scores)] : []),
    ...trials.map(trialElement),
    ...line("cut", more),
    ...(source ? [make("p", { className: "fine" }, "Written in ", make("code", {}, source))] : []),
  ];

  const scoreTable = (scores) => {
    const names = cells("th", "col", [["Metric"], ["Baseline", "number"], ["Candidate", "number"], ["State"]]);
    const rows = scores.map(([metric, state, before, after]) => {
      const [word, glyph, tone] = data.words[state];
      const mark = stateElement(word, glyph);
      mark.className = `state tone-${tone}`;
      return make(
        "tr",
        {},
        make("th", { scope: "row" }, make("code", {}, metric)),
        make("td", { className: "number" }, before),
        make("td", { className: "number" }, after),
        make("td", {}, mark),
      );
    });
    const parts = [make("thead", {}, make("tr", {}, ...names)), make("tbody", {}, ...rows)];
    return make("table", { className: "scores" }, ...parts);
  };

  const trialElement = ([title, open, note, baseline, candidate]) => {
    const about = note ? [" ", make("span", { className: "fine" }, note)] : [];
    const summary = make("summary", {}, heading(3, title), ...about);
    const sides = [sideElement("Baseline", baseline), sideElement("Candidate", candidate)];
    return make("details", { className: "trial", open }, summary, make("div", { className: "pair" }, ...sides));
  };

  const sideElement = (name, side) =>
    make("div", { className: "side" }, heading(4, name), ...(side ? answerNodes(side) : line("fine", "no such trial")));

  const answerNodes = ([output, note, absence, failure, calls, passages, missed, more, usage, timings, spans, reasons]) => [
    ...(failure
      ? [make("p", { className: "tone-bad toned failure" }, words(failure))]
      : output
        ? [pre(output, "output")]
        : line("fine", absence)),
    ...line("cut", note),
    ...line("fine", usage),
    ...pairs("reasons", reasons, (metric) => make("code", {}, metric), words),
    ...list("Tool calls", "calls", calls, ([tool, tree]) =>
      make("li", {}, make("b", {}, words(tool)), ...(tree.length ? [treeElement(tree)] : [])),
    ),
    ...list("Passages", "passages", passages, passageElement),
    ...(missed.length ? [missedElement(missed)] : []),
    ...(timings.length ? [heading(5, "Timings")] : []),
    ...pairs("facts", timings, words, (time) => time),
    ...(spans.length ? [heading(5, "Steps"), stepTable(spans)] : []),
    ...line("cut", more),
  ];

  const pairs = (className, entries, term, said) => {
    const parts = entries.flatMap(([name, text]) => [make("dt", {}, term(name)), make("dd", {}, said(text))]);
    return entries.length ? [make("dl", { className }, ...parts)] : [];
  };

  const list = (title, className, entries, element) =>
    entries.length ? [heading(5, title), make("ol", { className }, ...entries.map(element))] : [];

  const treeElement = (nodes) =>
    make(
      "ul",
      { className: "tree" },
      ...nodes.map(([key, value, below]) => {
        const name = key ? [make("span", { className: "key" }, words(key)), " "] : [];
        return make("li", {}, ...name, below.length ? treeElement(below) : words(value));
      }),
    );

  const passageElement = ([id, score, text, relevant]) => {
    const parts = [make("b", { className: "id" }, words(id))];
    if (relevant) parts.push(" ", make("span", { className: "tag" }, "expected"));
    if (score) parts.push(" ", make("span", { className: "fine" }, score));
    if (text) parts.push(make("br"), make("span", { className: "fine" }, words(text)));
    return make("li", relevant ? { className: "relevant" } : {}, ...parts);
  };

  const missedElement = (ids) => {
    const names = ids.flatMap((id) => [make("b", { className: "id toned tone-bad" }, words(id)), " "]);
    return make("p", { className: "fine" }, "Expected and not retrieved: ", ...names);
  };

  const stepTable = (spans) => {
    const names = cells("th", "col", [["Step"], ["Began"], ["Took"]]);
    const rows = spans.map(([name, depth, start, took, x, width]) =>
      make(
        "tr",
        {},
        make("th", { scope: "row", className: `deep-${depth}` }, words(name)),
        make("td", {}, make("span", { className: "hidden" }, start), bar(x, width)),
        make("td", { className: "number" }, took),
      ),
    );
    const parts = [make("thead", { className: "hidden" }, make("tr", {}, ...names)), make("tbody", {}, ...rows)];
    return make("table", { className: "steps" }, ...parts);
  };

  const bar = (x, width) => {
    const shape = (tag, attributes, ...children) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.append(...children);
      return element;
    };
    const rect = shape("rect", { x, width, height: "10", rx: "2" });
    return shape("svg", { class: "bar", "aria-hidden": "true", width: "100%", height: "10" }, rect);
  };

  const block = async (number) => {
    if (!blocks.has(number)) {
      if (blocks.size > 8) blocks.delete(blocks.keys().next().value);
      blocks.set(number, unpack(packs[number]).then(JSON.parse));
    }
    return blocks.get(number);
  };

  const content = async (row) => {
    const home = homes.get(row);
    if (!home) return [make("p", {}, "This file has no room for this case; the stored runs hold it.")];
    return caseNodes((await block(home[0]))[home[1]]);
  };

  const WORD = /\s*[\p{L}\p{N}_]+|\s*[^\s\p{L}\p{N}_]|\s+/gu;

  // Marks the words of two answers that are not in their longest common part.
  const mark = (before, after) => {
    if (!before || !after || before.textContent === after.textContent) return;
    const old = before.textContent.match(WORD) ?? [];
    const now = after.textContent.match(WORD) ?? [];
    let head = 0;
    while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
    const [rows, columns] = [old.length - head - tail, now.length - head - tail];
    const kept = [new Set(), new Set()];
    if (rows * columns < 4e6) {
      // longest[i, j]: words that old from i on and now from j on have in common
      const wide = columns + 1;
      const longest = new Uint16Array((rows + 1) * wide);
      for (let i = rows - 1; i >= 0; i -= 1) {
        for (let j = columns - 1; j >= 0; j -= 1) {
          const at = i * wide + j;
          longest[at] = old[head + i] === now[head + j] ? longest[at + wide + 1] + 1 : Math.max(longest[at + wide], longest[at + 1]);
        }
      }
      for (let i = 0, j = 0; i < rows && j < columns; ) {
        const at = i * wide + j;
        if (old[head + i] === now[head + j]) {
          kept[0].add(head + i++);
          kept[1].add(head + j++);
        } else if (longest[at + wide] >= longest[at + 1]) i += 1;
        else j += 1;
      }
    }
    paint(before, old, "del", (place) => place < head || place >= old.length - tail || kept[0].has(place));
    paint(after, now, "ins", (place) => place < head || place >= now.length - tail || kept[1].has(place));
  };

  const paint = (pre, words, tag, keeps) => {
    const parts = [];
    for (let start = 0, end; start < words.length; start = end) {
      const keep = keeps(start);
      for (end = start + 1; end < words.length && keeps(end) === keep; ) end += 1;
      const text = words.slice(start, end).join("");
      const bare = text.trimStart();
      parts.push(...(keep || !bare ? [text] : [text.slice(0, text.length - bare.length), make(tag, {}, bare)]));
    }
    pre.replaceChildren(...parts);
  };

  const show = async (row) => {
    opened = row;
    const number = found.indexOf(row);
    if (number >= 0) move(number);
    const [word, glyph, tone] = data.words[data.states[row]];
    dialog.className = `case tone-${tone}`;
    dialog.querySelector(".state").replaceWith(stateElement(word, glyph));
    dialog.querySelector("h2 bdi").textContent = data.ids[row];
    const where = number < 0 ? "not in this filter" : `${(number + 1).toLocaleString("en")} of ${found.length.toLocaleString("en")}`;
    dialog.querySelector(".place").textContent = where;
    dialog.querySelector('[data-do="previous"]').disabled = number <= 0;
    dialog.querySelector('[data-do="next"]').disabled = number < 0 || number >= found.length - 1;
    dialog.querySelector('[data-do="command"]').hidden = !data.command;
    tell("");
    const nodes = await content(row);
    if (opened !== row) return;
    const inside = dialog.querySelector(".body");
    inside.replaceChildren(...nodes);
    for (const trial of inside.querySelectorAll(".trial")) mark(...trial.querySelectorAll("pre.output"));
    if (!dialog.open) dialog.showModal();
    inside.scrollTop = 0;
    dialog.querySelector("h2").focus();
  };

  const open = (row) => {
    // From one opened case to the next, going back leads to the table.
    record(dialog.open ? "replaceState" : "pushState", row);
    show(row);
  };

  const step = (by) => {
    const number = found.indexOf(opened) + by;
    if (opened >= 0 && number >= 0 && number < found.length) open(found[number]);
  };

  const close = () => {
    opened = -1;
    if (!dialog.open) return;
    dialog.close();
    linkOf(place)?.focus({ preventScroll: true });
  };

  const tell = (text) => {
    dialog.querySelector("output").value = text;
    if (!text) dialog.querySelector(".fallback").hidden = true;
  };

  const copy = async (text) => {
    const field = dialog.querySelector(".fallback input");
    try {
      await navigator.clipboard.writeText(text);
      tell("Copied");
    } catch {
      field.value = text;
      field.parentElement.hidden = false;
      field.select();
      tell(document.execCommand("copy") ? "Copied" : "Press Ctrl+C to copy");
    }
  };

  const quoted = (id) => (/^[\w@%+=:,./-]+$/.test(id) ? id : `'${id.replaceAll("'", `'"'"'`)}'`);

  // ---- addresses

  const address = (values) => {
    const said = Object.entries(values).filter(([, value]) => value);
    return new URLSearchParams(said).toString();
  };

  const record = (how, row) => {
    const hash = address({ ...wanted(), case: row >= 0 ? data.ids[row] : "" });
    history[how]({ opened: row >= 0 && how === "pushState" }, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const follow = () => {
    const values = new URLSearchParams(location.hash.slice(1));
    const ours = [...NAMES, "case"].some((name) => values.get(name));
    if (location.hash && !ours) return close(); // an address of another part of the page
    for (const name of NAMES) {
      fields[name].value = values.get(name) ?? "";
      if (fields[name].selectedIndex < 0) fields[name].value = "";
    }
    filter();
    const { top } = root.getBoundingClientRect();
    if (ours && (top < 0 || top > innerHeight / 2)) root.scrollIntoView();
    const id = values.get("case");
    if (!id) return close();
    if (rowOf.has(id)) return show(rowOf.get(id));
    close();
    fields.found.value = `There is no case ${id} in this table.`;
  };

  // ---- keys and clicks

  const KEYS = {
    j: () => (dialog.open ? step(1) : move(document.activeElement?.closest?.("tr[data-number]") ? place + 1 : place)),
    k: () => (dialog.open ? step(-1) : move(place - 1)),
    o: () => !dialog.open && found.length && open(found[place]),
    "/": () => {
      if (dialog.open) return;
      fields.text.focus();
      fields.text.select();
    },
    "?": () => help.showModal(),
  };

  const letters = help.querySelector("input");
  try {
    letters.checked = localStorage.getItem("holdfast-keys") !== "off";
    letters.addEventListener("change", () => localStorage.setItem("holdfast-keys", letters.checked ? "on" : "off"));
  } catch {
    // A browser that keeps nothing for files: the choice holds until the page is closed.
  }

  const typing = (element) => element.matches?.("input:not([type=checkbox]), select, textarea");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !data || help.open) return;
    if (event.key === "Escape" && event.target === fields.text) {
      event.preventDefault();
      return move(place);
    }
    if (typing(event.target) || !letters.checked || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  const leave = () => {
    // What was opened here is left by going back, so that the history stays short.
    if (history.state?.opened) history.back();
    else {
      record("replaceState", -1);
      close();
    }
  };

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("close", () => opened >= 0 && leave());

  const DOES = {
    previous: () => step(-1),
    next: () => step(1),
    close: (button) => (button.closest("dialog") === help ? help.close() : leave()),
    link: () => copy(location.href),
    command: () => copy(data.command + quoted(data.ids[opened])),
    keys: () => help.showModal(),
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.do) return DOES[button.dataset.do](button);
    if (button?.dataset.order) {
      fields.order.value = button.dataset.order;
      filter();
      return record("pushState", -1);
    }
    const row = event.target.closest("tr[data-number]");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    place = Number(row.dataset.number);
    open(found[place]);
  });

  let waiting = 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    filter();
    clearTimeout(waiting);
    if (event.target === fields.text) waiting = setTimeout(() => record("replaceState", -1), 300);
    else record("pushState", -1);
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      filter();
      record("pushState", -1);
    });
  });
  pane.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", () => {
    measure();
    draw();
  });
  window.addEventListener("popstate", follow);

  // ---- the beginning

  const packs = document.getElementById("case-details").textContent.split(" ").filter(Boolean);

  const fill = () => {
    const option = (name, text, value) => fields[name].append(make("option", { value }, text));
    const states = new Set(data.states);
    for (const { state } of data.metrics) state.forEach((number) => states.add(number));
    data.words.forEach(([word, , , name], number) => states.has(number) && option("state", word, name));
    [...data.tag_names].sort().forEach((tag) => option("tag", tag, tag));
    data.metrics.forEach(({ name }) => {
      option("metric", name, name);
      option("order", `${name}: worst first`, `worst:${name}`);
      option("order", `${name}: best first`, `best:${name}`);
    });
    fields.tag.parentElement.hidden = !data.tag_names.length;
    fields.metric.parentElement.hidden = data.metrics.length < 2;
    for (const word of document.querySelectorAll(".groups [data-state]")) {
      const link = make("a", { href: `#state=${word.dataset.state}` });
      word.replaceWith(link);
      link.append(word);
    }
  };

  const index = () => {
    data.ids.forEach((id, row) => !rowOf.has(id) && rowOf.set(id, row));
    data.blocks.forEach((rows, number) => rows.forEach((row, position) => homes.set(row, [number, position])));
    texts = data.ids.map((id, row) => {
      const tags = data.tags[row].map((tag) => data.tag_names[tag]).join(" ");
      return `${id} ${data.teasers[row]} ${tags}`.toLowerCase();
    });
  };

  // All that a case says of its own; headings, labels and numbers are not searched.
  const wordsOf = ([tags, input, , expected, , , trials]) => {
    const said = [...tags, input, expected];
    for (const [, , , ...sides] of trials) for (const side of sides) if (side) hear(side);
    return said.join("\n").toLowerCase();

    function hear([output, , , failure, calls, passages, missed, , , timings, spans, reasons]) {
      said.push(output, failure, ...missed);
      for (const [tool, tree] of calls) said.push(tool, leaves(tree));
      for (const [id, , text] of passages) said.push(id, text);
      for (const [name] of [...timings, ...spans]) said.push(name);
      for (const [, reason] of reasons) said.push(reason);
    }
  };

  const leaves = (nodes) => nodes.map(([key, value, below]) => `${key}\n${value}\n${leaves(below)}`).join("\n");

  const pause = () => new Promise((resolve) => setTimeout(resolve));

  const readAnswers = async () => {
    for (const [number, rows] of data.blocks.entries()) {
      const cases = JSON.parse(await unpack(packs[number]));
      rows.forEach((row, position) => (texts[row] = [texts[row], wordsOf(cases[position])].join("\n")));
      read += 1;
      await pause();
    }
    if (!fields.text.value) return;
    const before = place;
    found = select(wanted());
    place = Math.min(before, Math.max(0, found.length - 1));
    draw();
    say();
  };

  const begin = async () => {
    data = JSON.parse(await unpack(document.getElementById("case-rows").textContent));
    if (!data.ids.length) return; // runs that cannot be compared have no cases to show
    index();
    fill();
    root.hidden = false;
    for (const name of ["case-list", "case-rest"]) document.getElementById(name)?.classList.add("replaced");
    filter();
    follow();
    measure();
    draw();
    root.dataset.ready = "rows";
    await readAnswers();
    root.dataset.ready = "answers";
  };

  begin();
})();
