"use strict";
// Every text of the page, in both languages. What the receiver itself says comes in both from it.
const WORDS = {
  en: {
    skip: "To the requests", copy: "Copy the URL", copied: "copied", clear: "Clear", clearHint: "Forget the requests; presencias stay",
    theme: "Light or dark", keys: "Keys", requests: "Requests", filter: "Filter by id, path, status, PRS…", byStatus: "By status",
    all: "All", unanswered: "No answer", live: "live", held: "paused", away: "reconnecting…", pause: "Pause", go: "Resume",
    choose: "Choose a request", chooseHint: "↑ ↓ move, / filters, ? shows all keys", nothing: "Nothing has arrived yet. Send the first one:",
    nothingFits: "No request fits the filter.", shown: "{a} of {b} requests", body: "Body", headers: "Headers", answer: "Answer",
    findings: "Findings", noFindings: "The body follows the rules.", presencia: "Presencia", repeats: "Requests with the same id",
    outcome: "What became of it", fault: "fault: {a}", noBody: "(empty)", binary: "Not UTF-8; shown as base64", compare: "Compare", compareWith: "Compare with #{a}",
    comparing: "#{a} is marked. Choose another request to see what differs.", unmark: "Unmark", differs: "Difference between #{a} and #{b}", same: "No difference.", place: "Place",
    back: "Back", edit: "Edit and resend", send: "Send", sent: "Sent as #{a}: {b}", original: "as it arrived", pretty: "indented", field: "Field", from: "from {a}",
    token: "This receiver wants its admin token", tokenHint: "The text of the file that --admin-token-file names. It is kept in this tab only.", enter: "Enter",
    gone: "This request is no longer kept (see --keep).", failed: "That did not work: {a}", close: "Close",
    k_move: "next, previous", k_ends: "newest, oldest", k_filter: "filter", k_esc: "empty the filter; back", k_compare: "mark, compare", k_edit: "edit and resend", k_pause: "pause, resume", k_detail: "to the detail", k_keys: "this help",
  },
  es: {
    skip: "A las solicitudes", copy: "Copiar la URL", copied: "copiada", clear: "Vaciar", clearHint: "Olvida las solicitudes; las presencias quedan",
    theme: "Claro u oscuro", keys: "Teclas", requests: "Solicitudes", filter: "Filtrar por id, ruta, estado, PRS…", byStatus: "Por estado",
    all: "Todas", unanswered: "Sin respuesta", live: "en vivo", held: "en pausa", away: "reconectando…", pause: "Pausar", go: "Seguir",
    choose: "Elija una solicitud", chooseHint: "↑ ↓ mueven, / filtra, ? muestra todas las teclas", nothing: "Aún no llegó nada. Envíe la primera:",
    nothingFits: "Ninguna solicitud pasa el filtro.", shown: "{a} de {b} solicitudes", body: "Cuerpo", headers: "Cabeceras", answer: "Respuesta",
    findings: "Hallazgos", noFindings: "El cuerpo cumple las reglas.", presencia: "Presencia", repeats: "Solicitudes con el mismo id",
    outcome: "Qué pasó con ella", fault: "falla: {a}", noBody: "(vacío)", binary: "No es UTF-8; se muestra en base64", compare: "Comparar", compareWith: "Comparar con #{a}",
    comparing: "#{a} está marcada. Elija otra solicitud para ver en qué difieren.", unmark: "Desmarcar", differs: "Diferencia entre #{a} y #{b}", same: "Sin diferencias.", place: "Lugar",
    back: "Volver", edit: "Editar y reenviar", send: "Enviar", sent: "Enviada como #{a}: {b}", original: "como llegó", pretty: "con sangría", field: "Campo", from: "desde {a}",
    token: "Este receptor pide su token de administración", tokenHint: "El texto del archivo que indica --admin-token-file. Solo se guarda en esta pestaña.", enter: "Entrar",
    gone: "Esta solicitud ya no se conserva (vea --keep).", failed: "No funcionó: {a}", close: "Cerrar",
    k_move: "siguiente, anterior", k_ends: "la más nueva, la más antigua", k_filter: "filtrar", k_esc: "vaciar el filtro; volver", k_compare: "marcar, comparar", k_edit: "editar y reenviar", k_pause: "pausar, seguir", k_detail: "al detalle", k_keys: "esta ayuda",
  },
};

// Settings of the browser; a browser that keeps none is no error.
const memory = {
  get(key) { try { return localStorage.getItem("crm-bridge." + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem("crm-bridge." + key, value); } catch { /* private window */ } },
};

let lang = memory.get("lang") || (navigator.language.toLowerCase().startsWith("es") ? "es" : "en");

function t(key, a = "", b = "") {
  return (WORDS[lang][key] ?? key).replace("{a}", a).replace("{b}", b);
}

// Makes an element. Text is only ever set as text: nothing that arrives is read as markup.
function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...present(children));
  return node;
}

// What is left out stands as null among an element's children.
const present = (children) => children.filter((child) => child !== null && child !== undefined);

function translatePage() {
  document.documentElement.lang = lang;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-title]")) {
    node.title = t(node.dataset.tTitle);
    if (!node.textContent.trim() || node.classList.contains("icon")) node.setAttribute("aria-label", t(node.dataset.tTitle));
  }
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}
