// Follows the receiver, and ties list, detail and keys together.
let token = "";
try { token = sessionStorage.getItem("crm-bridge.token") ?? ""; } catch { /* private window */ }
let waiting = [];

async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  return fetch(path, { ...options, headers, cache: "no-store" });
}

async function load(n) {
  const response = await call(`/__inspector/request/${n}`);
  return response.ok ? response.json() : null;
}

async function select(n) {
  state.selected = n;
  reveal(n);
  paint();
  const one = await load(n);
  if (state.selected !== n) return;
  if (one) show(one);
  else detail.replaceChildren(el("div", { class: "blank" }, el("p", { text: t("gone") })));
}

const events = {
  start(data) {
    waiting = [];
    Object.assign(state, { all: [], shown: [], keep: data.keep, notes: data.notes, url: data.url });
    document.getElementById("url").textContent = data.url;
    paint();
  },
  requests(rows) {
    if (state.held) waiting.push(...rows);
    else addRows(rows);
    if (waiting.length > state.keep) waiting = waiting.slice(-state.keep);
  },
  cleared() {
    Object.assign(state, { all: [], shown: [], selected: null, marked: null });
    waiting = [];
    blank();
    paint();
  },
  counts(data) {
    document.getElementById("counts").textContent = `${data.presencias.toLocaleString(lang)} presencias · ${data.clientes.toLocaleString(lang)} clientes · ${data.ventas.toLocaleString(lang)} ventas`;
  },
};

function live(on) {
  const node = document.getElementById("live");
  node.dataset.on = state.held ? "held" : on ? "yes" : "no";
  node.textContent = t(state.held ? "held" : on ? "live" : "away");
  node.connected = on;
  const pause = document.getElementById("pause");
  pause.textContent = t(state.held ? "go" : "pause");
  pause.setAttribute("aria-pressed", String(state.held));
}

// Server-sent events, read by hand: the browser's own reader can't send the admin token.
async function follow() {
  for (;;) {
    try {
      const response = await call("/__inspector/stream");
      if (response.status === 401) {
        await askToken();
        continue;
      }
      live(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const messages = (rest + value).split("\n\n");
        rest = messages.pop();
        for (const message of messages) {
          const name = /^event: (.*)$/m.exec(message)?.[1];
          const data = /^data: (.*)$/m.exec(message)?.[1];
          if (name in events) events[name](JSON.parse(data));
        }
      }
    } catch { /* the receiver has gone; it may come back */ }
    live(false);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const dialog = document.getElementById("dialog");

function askToken() {
  return new Promise((resolve) => {
    const input = el("input", { type: "password", id: "token", autocomplete: "off", "aria-label": t("token") });
    const form = el("form", { method: "dialog" }, el("h2", { text: t("token") }), el("p", { class: "sub", text: t("tokenHint") }), input, el("button", { class: "solid", text: t("enter") }));
    dialog.replaceChildren(form);
    dialog.addEventListener("close", () => {
      token = input.value.trim();
      try { sessionStorage.setItem("crm-bridge.token", token); } catch { /* private window */ }
      resolve();
    }, { once: true });
    dialog.showModal();
  });
}

const KEYS = [["↓ ↑ · j k", "k_move"], ["Home End", "k_ends"], ["/", "k_filter"], ["Enter", "k_detail"], ["c", "k_compare"], ["e", "k_edit"], ["p", "k_pause"], ["Esc", "k_esc"], ["?", "k_keys"]];

function showKeys() {
  dialog.replaceChildren(el("h2", { text: t("keys") }), el("table", {}, el("tbody", {}, ...KEYS.map(([key, what]) => el("tr", {}, el("td", {}, el("kbd", { text: key })), el("td", { text: t(what) }))))),
    el("form", { method: "dialog", class: "actions" }, el("button", { class: "quiet", text: t("close") })));
  dialog.showModal();
}

function hold() {
  state.held = !state.held;
  if (!state.held) addRows(waiting.splice(0));
  live(document.getElementById("live").connected);
}

function setFilter(query) {
  state.query = query.trim().toLowerCase();
  refilter();
}

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.getElementById("theme").textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
  memory.set("theme", theme);
}

function speak(next) {
  lang = next;
  memory.set("lang", lang);
  document.getElementById("lang").textContent = lang === "es" ? "English" : "Español";
  translatePage();
  live(document.getElementById("live").connected);
  paint();
  if (state.selected === null) blank();
  else select(state.selected);
}

const filter = document.getElementById("filter");
filter.addEventListener("input", () => setFilter(filter.value));
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", () => {
    state.status = chip.dataset.status;
    for (const other of document.querySelectorAll(".chip")) other.setAttribute("aria-pressed", String(other === chip));
    refilter();
  });
}
const press = (id, action) => document.getElementById(id).addEventListener("click", action);
press("pause", hold);
press("clear", () => call("/__admin/requests", { method: "DELETE" }));
press("lang", () => speak(lang === "es" ? "en" : "es"));
press("theme", () => {
  const order = ["auto", "light", "dark"];
  setTheme(order[(order.indexOf(memory.get("theme") ?? "auto") + 1) % order.length]);
});
press("keys", showKeys);
press("url", async () => {
  const button = document.getElementById("url");
  try { await navigator.clipboard.writeText(state.url); } catch { return; }
  button.textContent = t("copied");
  setTimeout(() => { button.textContent = state.url; }, 900);
});

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("input, textarea");
  if (event.key === "Escape" && !dialog.open) {
    if (event.target === filter && filter.value) { filter.value = ""; setFilter(""); }
    else if (document.getElementById("back")) document.getElementById("back").click();
    list.focus();
    return;
  }
  if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing && !(event.target === filter && event.key === "ArrowDown")) return;
  const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
  const keys = {
    ArrowDown: () => { list.focus(); move(1); }, ArrowUp: () => move(-1), j: () => move(1), k: () => move(-1),
    PageDown: () => move(page), PageUp: () => move(-page), Home: () => move(-Infinity), End: () => move(Infinity),
    "/": () => filter.focus(), "?": showKeys, p: hold, Enter: () => detail.focus(),
    c: () => document.getElementById("compare")?.click(), e: () => document.getElementById("edit")?.click(),
  };
  // Buttons keep their own keys.
  if (event.key === "Enter" && event.target.matches("button")) return;
  // The detail scrolls by its own keys.
  if (detail.contains(event.target) && /^(Arrow|Page|Home|End)/.test(event.key)) return;
  if (event.key in keys) {
    event.preventDefault();
    keys[event.key]();
  }
});

setTheme(memory.get("theme") ?? "auto");
speak(lang);
follow();
