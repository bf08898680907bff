// The list: a hundred thousand rows, of which only those in view are elements.
const ROW = 54;
const SPARE = 6;
// A row as it comes: [n, millis, method, path, status, id, presencia, note, fault, micros].
const N = 0, TIME = 1, METHOD = 2, PATH = 3, STATUS = 4, ID = 5, PRESENCIA = 6, NOTE = 7, FAULT = 8, MICROS = 9;

const list = document.getElementById("list");
const sizer = document.getElementById("sizer");
const state = { all: [], shown: [], keep: 10000, selected: null, marked: null, query: "", status: "all", notes: {}, held: false };
const pool = [];
let frame = 0;

function fits(row) {
  if (state.status !== "all" && String(Math.floor(row[STATUS] / 100)) !== state.status) return false;
  if (!state.query) return true;
  return state.query.split(/\s+/).every((word) => row.text.includes(word));
}

function searchable(row) {
  row.text = [row[ID], row[PATH], row[METHOD], row[STATUS], row[PRESENCIA], row[NOTE], row[FAULT], "#" + row[N]].join(" ").toLowerCase();
  return row;
}

// Newest first: place 0 is the last one that arrived.
const at = (place) => state.shown[state.shown.length - 1 - place];
const placeOf = (n) => {
  const index = state.shown.findLastIndex((row) => row[N] === n);
  return index < 0 ? -1 : state.shown.length - 1 - index;
};

function addRows(rows) {
  for (const row of rows) searchable(row);
  const fitting = rows.filter(fits);
  for (const row of rows) state.all.push(row);
  for (const row of fitting) state.shown.push(row);
  // Dropping a few at a time would copy the whole list each time.
  if (state.all.length > state.keep + 1000) {
    state.all = state.all.slice(state.all.length - state.keep);
    state.shown = state.all.filter(fits);
  }
  // Whoever reads further down stays where they are.
  if (list.scrollTop > ROW) list.scrollTop += fitting.length * ROW;
  paint();
}

function refilter() {
  state.shown = state.all.filter(fits);
  list.scrollTop = 0;
  paint();
}

function paint() {
  if (!frame) frame = requestAnimationFrame(() => { frame = 0; draw(); });
}

function draw() {
  sizer.style.height = state.shown.length * ROW + "px";
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
  const last = Math.min(state.shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
  while (pool.length < last - first) pool.push(sizer.appendChild(makeRow()));
  pool.forEach((node, index) => {
    const place = first + index;
    node.hidden = place >= last;
    if (!node.hidden) fill(node, at(place), place);
  });
  const active = pool.find((node) => !node.hidden && node.n === state.selected);
  if (active) list.setAttribute("aria-activedescendant", active.id);
  else list.removeAttribute("aria-activedescendant");
  drawFoot();
}

function makeRow() {
  const part = (name) => el("span", { class: name });
  const node = el("div", { class: "row", role: "option", onclick: () => select(node.n) }, part("status"), part("id"), part("what"), part("when"), part("took"));
  node.parts = [...node.children];
  return node;
}

function fill(node, row, place) {
  const [status, id, what, when, took] = node.parts;
  node.n = row[N];
  node.id = "r" + row[N];
  node.style.transform = `translateY(${place * ROW}px)`;
  node.setAttribute("aria-selected", String(row[N] === state.selected));
  node.setAttribute("aria-posinset", place + 1);
  node.setAttribute("aria-setsize", state.shown.length);
  node.classList.toggle("mark-a", row[N] === state.marked);
  status.className = "status s" + Math.floor(row[STATUS] / 100);
  status.textContent = row[STATUS] || "—";
  id.textContent = row[ID] || `${row[METHOD]} ${row[PATH]}`;
  what.textContent = [row[PRESENCIA], noteText(row[NOTE]), row[FAULT] && t("fault", row[FAULT])].filter(Boolean).join(" · ");
  when.textContent = clock(row[TIME]);
  took.textContent = duration(row[MICROS]);
}

const noteText = (note) => state.notes[note]?.[lang] ?? note;
const clock = (millis) => new Date(millis).toLocaleTimeString(lang, { hour12: false });
const duration = (micros) => (micros < 1000 ? `${micros} µs` : micros < 1e6 ? `${(micros / 1000).toFixed(1)} ms` : `${(micros / 1e6).toFixed(1)} s`);

function drawFoot() {
  const number = (n) => n.toLocaleString(lang);
  document.getElementById("foot").textContent = t("shown", number(state.shown.length), number(state.all.length));
  const empty = document.getElementById("empty");
  empty.hidden = state.shown.length > 0;
  if (empty.hidden) return;
  if (state.all.length) return void (empty.textContent = t("nothingFits"));
  empty.replaceChildren(t("nothing"), el("code", { text: `crm-bridge send --id 1 --nombre "Rosa Quispe" --celular 999888777 --fecha-hora "2024-01-15 14:30" --url ${state.url ?? ""}` }));
}

function move(by) {
  const from = placeOf(state.selected);
  const to = from < 0 && by !== Infinity ? 0 : Math.min(state.shown.length - 1, Math.max(0, from + by));
  if (state.shown.length) select(at(to)[N]);
}

function reveal(n) {
  const place = placeOf(n);
  if (place < 0) return;
  const top = place * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
}

list.addEventListener("scroll", paint, { passive: true });
new ResizeObserver(paint).observe(list);
