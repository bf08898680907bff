// The detail of one request, the difference between two, and the editor.
const detail = document.getElementById("detail");
const tones = { created: "good", repeated: "good", refused: "bad", "broken-off": "bad", "never-saved": "bad", "lost-race": "bad", "other-content": "bad", "venta-refused": "bad", swallowed: "bad" };
let pretty = memory.get("pretty") !== "no";

const card = (title, ...content) => el("section", { class: "card" }, el("h3", {}, title), ...content);

function blank() {
  detail.replaceChildren(el("div", { class: "blank" }, el("p", { text: t("choose") }), el("p", { class: "sub", text: t("chooseHint") })));
}

// Colours JSON without ever leaving text nodes.
function coloured(text) {
  const pre = el("pre");
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
  let from = 0;
  for (const match of text.matchAll(token)) {
    pre.append(text.slice(from, match.index));
    const kind = match[1] ? (match[2] ? "k" : "s") : match[3] ? "n" : "w";
    pre.append(el("span", { class: kind, text: match[1] ?? match[0] }), match[2] ?? "");
    from = match.index + match[0].length;
  }
  pre.append(text.slice(from));
  return pre;
}

function bodyView(text) {
  if (!text) return el("pre", { text: t("noBody") });
  // Colouring a megabyte would make thousands of elements nobody reads.
  if (text.length > 100_000) return el("pre", { text });
  if (!pretty) return coloured(text);
  try { return coloured(JSON.stringify(JSON.parse(text), null, 2)); } catch { return el("pre", { text }); }
}

function table(rows) {
  return el("table", {}, el("tbody", {}, ...rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row", text: name }), el("td", { text: value })))));
}

function finding(item) {
  const words = item.message[lang] || item.message.en;
  const hint = item.hint[lang] || "";
  return el("div", { class: "finding " + item.severity }, el("span", { class: "code", text: item.code }),
    el("span", {}, words, item.field && !words.includes(item.field) ? el("span", { class: "where", text: "  " + item.field }) : null),
    hint ? el("span", { class: "hint", text: hint }) : null);
}

function show(one) {
  const status = el("span", { class: "status s" + Math.floor(one.status / 100), text: one.status || "—" });
  const marked = state.marked !== null && state.marked !== one.n;
  const toggle = el("button", { type: "button", class: "quiet", text: t(pretty ? "original" : "pretty"), onclick: () => {
    pretty = !pretty;
    memory.set("pretty", pretty ? "yes" : "no");
    show(one);
  } });
  const body = card(t("body"), one.body_base64 === undefined ? bodyView(one.body) : el("div", {}, el("p", { class: "sub", text: t("binary") }), el("pre", { text: one.body_base64 })));
  body.firstChild.append(toggle);
  const marking = marked ? t("compareWith", state.marked) : t(state.marked === one.n ? "unmark" : "compare");
  detail.replaceChildren(...present([
    el("div", { class: "title" }, status, el("h2", { text: one.id || `#${one.n}` })),
    el("p", { class: "sub" }, el("code", { text: `${one.method} ${one.path}` }), ` · #${one.n} · ${new Date(one.time).toLocaleString(lang)} · ${duration(one.micros)} · ${t("from", one.peer)}`),
    el("div", { class: "actions" },
      el("button", { type: "button", id: "compare", class: "quiet", text: marking, onclick: () => compare(one.n) }),
      el("button", { type: "button", id: "edit", class: "quiet", text: t("edit"), onclick: () => edit(one) })),
    state.marked === one.n ? el("p", { class: "sub hold", text: t("comparing", one.n) }) : null,
    card(t("outcome"), el("p", { class: "note " + (tones[one.note.name] ?? "wary"), text: one.note[lang] }), one.fault ? el("p", { class: "sub", text: t("fault", one.fault) }) : null),
    card(t("findings"), ...(one.findings.length ? one.findings.map(finding) : [el("p", { class: "sub", text: t("noFindings") })])),
    one.repeats.length > 1 ? card(t("repeats"), el("div", { class: "links" }, ...one.repeats.map(([n, code]) => el("button", { type: "button", text: `#${n} · ${code || "—"}`, "aria-current": String(n === one.n), onclick: () => select(n) })))) : null,
    // A refusal is read in the answer, everything else in the body.
    ...(one.status >= 300 ? [card(t("answer"), bodyView(one.answer)), body] : [body, card(t("answer"), bodyView(one.answer))]),
    one.presencia ? card(t("presencia"), table(Object.entries(one.presencia).filter(([, value]) => value !== null && value !== ""))) : null,
    card(t("headers"), table(one.headers)),
  ]));
}

async function compare(n) {
  if (state.marked === null || state.marked === n) {
    state.marked = state.marked === n ? null : n;
    paint();
    return select(n);
  }
  const [a, b] = await Promise.all([load(state.marked), load(n)]);
  if (a && b) showDifference(a, b);
}

// A JSON value as places and texts, so that the order of keys is no difference.
function flatten(value, place = "", out = new Map()) {
  if (value !== null && typeof value === "object" && Object.keys(value).length) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, `${place}/${key}`, out);
  } else out.set(place || "/", JSON.stringify(value));
  return out;
}

function places(one) {
  const out = new Map();
  try { flatten(JSON.parse(one.body), "", out); } catch { out.set(t("body"), one.body ?? one.body_base64); }
  for (const [name, value] of one.headers) out.set(`${name}:`, value);
  out.set(t("answer"), `${one.status} ${one.answer}`);
  return out;
}

function showDifference(a, b) {
  const [left, right] = [places(a), places(b)];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name));
  const cell = (value, kind) => el("td", {}, value === undefined ? "" : el("span", { class: kind, text: value }));
  detail.replaceChildren(
    el("div", { class: "title" }, el("h2", { text: t("differs", a.n, b.n) })),
    el("div", { class: "actions" },
      el("button", { type: "button", id: "back", class: "quiet", text: t("back"), onclick: () => select(b.n) }),
      el("button", { type: "button", class: "quiet", text: t("unmark"), onclick: () => { state.marked = null; paint(); select(b.n); } })),
    names.length ? el("section", { class: "card" }, el("table", { id: "difference" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: t("place") }), el("th", { scope: "col", text: `#${a.n} ${a.id ?? ""}` }), el("th", { scope: "col", text: `#${b.n} ${b.id ?? ""}` }))),
      el("tbody", {}, ...names.map((name) => el("tr", {}, el("th", { scope: "row", class: "mono", text: name }), cell(left.get(name), "gone"), cell(right.get(name), "come"))))))
      : el("p", { class: "sub", text: t("same") }),
  );
}

function edit(one) {
  const editor = el("textarea", { id: "editor", spellcheck: "false", "aria-label": t("body") });
  // As it arrived: read and written again, long numbers would be others.
  editor.value = one.body ?? "";
  const said = el("p", { class: "sub", id: "said", role: "status" });
  const send = async () => {
    const response = await call("/__inspector/resend", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ body: editor.value }) });
    const answer = await response.json();
    if (!response.ok) return void (said.textContent = t("failed", answer.detail));
    const open = el("button", { type: "button", class: "quiet", text: `#${answer.n} · ${answer.status}`, onclick: () => select(answer.n) });
    said.replaceChildren(t("sent", answer.n, answer.answer.startsWith("<") ? answer.status : answer.answer), " ", open);
  };
  detail.replaceChildren(
    el("div", { class: "title" }, el("h2", { text: `${t("edit")} · #${one.n}` })),
    el("div", { class: "actions" },
      el("button", { type: "button", id: "resend", class: "solid", text: t("send"), onclick: () => send().catch((error) => { said.textContent = t("failed", error.message); }) }),
      el("button", { type: "button", id: "back", class: "quiet", text: t("back"), onclick: () => select(one.n) })),
    said, editor);
  editor.focus();
}
