"use strict";
// All that comes from stations is put in as text, never as markup.

const API = "api/v1";
const MOST_MESSAGES = 300;
const by = (id) => document.getElementById(id);
const state = { token: "", stations: [], transactions: [], follow: null, starting: null };

// The API

async function ask(path, options = {}) {
  const headers = { Authorization: `Bearer ${state.token}` };
  if (options.body) headers["Content-Type"] = "application/json";
  const answer = await fetch(`${API}${path}`, { ...options, headers });
  if (answer.status === 401) throw new Refused();
  return answer;
}

class Refused extends Error {}

async function load(path) {
  const answer = await ask(path);
  if (!answer.ok) throw new Error(`the CSMS answers ${answer.status}`);
  return answer.json();
}

async function send(identity, action, payload) {
  const path = `/stations/${encodeURIComponent(identity)}/actions/${action}`;
  try {
    const answer = await ask(path, { method: "POST", body: JSON.stringify(payload) });
    const body = await answer.json();
    tell(`${identity}: ${answer.ok ? body.status : reason(body, answer.status)}`);
  } catch (error) {
    failed(error);
  }
}

function reason(body, status) {
  if (body.errorCode) return `${body.errorCode} ${body.errorDescription || ""}`;
  return typeof body.detail === "string" ? body.detail : `refused (${status})`;
}

// Making elements

function make(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  if (options.text !== undefined) made.textContent = options.text;
  if (options.kind) made.className = options.kind;
  if (options.title) made.title = options.title;
  if (options.click) made.addEventListener("click", options.click);
  made.append(...children);
  return made;
}

function button(text, click, enabled = true) {
  const made = make("button", { text, click });
  made.type = "button";
  made.disabled = !enabled;
  return made;
}

const MOODS = {
  Available: "good", Accepted: "good", Charging: "busy", Occupied: "busy", EVConnected: "busy",
  SuspendedEV: "wait", SuspendedEVSE: "wait", Reserved: "wait", Pending: "wait",
  Faulted: "bad", Unavailable: "bad", Rejected: "bad",
};
const chip = (text, mood = MOODS[text]) => make("span", { text, kind: `chip ${mood || ""}` });

const time = (text) => new Date(text).toLocaleTimeString([], { hour12: false });
const when = (text) => {
  const date = new Date(text);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? time(text) : date.toLocaleString([], { hour12: false });
};
const shown = (value, text) => (value === null || value === undefined ? "" : text(value));

function lasting(from, to) {
  const seconds = Math.max(0, Math.round((new Date(to || Date.now()) - new Date(from)) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

// Stations

function showStations() {
  by("stations").replaceChildren(...state.stations.map(card));
  if (!state.stations.length) {
    by("stations").append(make("p", { kind: "empty", text: "None is known yet." }));
  }
  const there = state.stations.filter((each) => each.connected).length;
  by("facts").textContent = `${there} of ${state.stations.length} stations are connected`;
  showChoice();
}

function card(station) {
  const boot = station.boot ? station.boot.chargingStation : null;
  const about = [boot ? `${boot.vendorName} ${boot.model}` : "has not booted yet"];
  if (station.ocppVersion) about.push(`OCPP ${station.ocppVersion}`);
  if (station.lastSeen) about.push(`last seen ${when(station.lastSeen)}`);
  const chips = make("span", {}, chip(station.connected ? "connected" : "away", station.connected ? "good" : ""));
  if (station.registration !== "Accepted") chips.append(" ", chip(station.registration));
  const top = make("div", { kind: "top" }, make("h3", { text: station.identity }), chips);
  const made = make("article", { kind: "card" }, top, make("p", { kind: "about", text: about.join(" · ") }));
  made.append(...station.evses.filter((each) => each.id > 0).map((evse) => evseRow(station, evse)));
  return made;
}

function evseRow(station, evse) {
  const row = make("div", { kind: "evse" }, make("span", { kind: "name", text: `EVSE ${evse.id}` }));
  for (const connector of evse.connectors) {
    const made = chip(connector.status);
    made.title = `Connector ${connector.id}, since ${when(connector.since)}`;
    row.append(made);
  }
  row.append(make("span", { kind: "gap" }));
  const open = state.transactions.find(
    (each) => each.open && each.station === station.identity && each.evseId === evse.id,
  );
  if (open && open.idToken) row.append(stopButton(open, station.connected));
  else row.append(button("Start", () => askToStart(station.identity, evse.id), station.connected));
  return row;
}

function askToStart(identity, evseId) {
  state.starting = { identity, evseId };
  by("where").textContent = `${identity}, EVSE ${evseId}`;
  by("start").showModal();
  showKnownTokens();
  by("id-token").focus();
}

const stopButton = (transaction, enabled = true) =>
  button("Stop", () => send(transaction.station, "RequestStopTransaction", {
    transactionId: transaction.transactionId,
  }), enabled);

// Transactions

function showTransactions() {
  const rows = state.transactions.map(transactionRow);
  if (!rows.length) {
    const cell = make("td", { kind: "empty", text: "There was none yet." });
    cell.colSpan = 9;
    rows.push(make("tr", {}, cell));
  }
  by("transactions").replaceChildren(...rows);
}

function transactionRow(each) {
  const cell = (text, kind = "") => make("td", { text, kind });
  const status = each.open ? each.chargingState || "open" : each.stoppedReason || "Local";
  const complete = each.open || each.complete ? "" : " incomplete";
  const row = make("tr", { title: each.transactionId });
  row.append(
    cell(each.station),
    cell(shown(each.evseId, String)),
    cell(each.idToken ? each.idToken.idToken : ""),
    make("td", {}, chip(`${status}${complete}`, each.open ? MOODS[status] || "busy" : "")),
    cell(shown(each.startedAt, when)),
    cell(shown(each.startedAt, (start) => lasting(start, each.endedAt)), "number"),
    cell(shown(each.energyWh, (wh) => `${(wh / 1000).toFixed(2)} kWh`), "number"),
    cell(shown(each.totalCost, (cost) => cost.toFixed(2)), "number"),
  );
  const isThere = state.stations.some((s) => s.identity === each.station && s.connected);
  row.append(make("td", { kind: "number" }, each.open ? stopButton(each, isThere) : ""));
  return row;
}

// Messages

const TYPES = { 2: "call", 3: "result", 4: "error", 5: "error", 6: "call" };
const asked = new Map(); // the Action of a message id, which an answer does not tell

function addMessage(event) {
  const read = readFrame(event.frame, event.station);
  if (by("pause").checked || ![event.station, ""].includes(by("only").value)) return;
  const list = by("messages");
  const row = make("li", { title: "" },
    make("span", { kind: "time", text: time(event.at) }),
    make("span", { text: event.station || "", title: event.station || "" }),
    make("span", { kind: "way", text: event.direction === "in" ? "→" : "←", title: event.direction === "in" ? "to the CSMS" : "to the station" }),
    make("span", { kind: read.kind, text: read.action, title: read.action }),
    make("span", { kind: "payload", text: read.payload, click: (click) => click.target.parentNode.classList.toggle("open") }),
  );
  list.prepend(row);
  while (list.childElementCount > MOST_MESSAGES) list.lastElementChild.remove();
}

function readFrame(text, station) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: "", action: "", payload: text };
  }
  const kind = TYPES[frame[0]] || "";
  const key = `${station} ${frame[1]}`;
  if (kind === "call") {
    asked.set(key, frame[2]);
    if (asked.size > 5000) asked.delete(asked.keys().next().value);
    return { kind, action: String(frame[2]), payload: JSON.stringify(frame[3]) };
  }
  const action = String(asked.get(key) || "");
  return { kind, action, payload: kind === "result" ? JSON.stringify(frame[2]) : text };
}

function showChoice() {
  const choice = by("only");
  const known = new Set([...choice.options].map((each) => each.value));
  for (const { identity } of state.stations) {
    if (!known.has(identity)) choice.append(make("option", { text: identity }));
  }
}

// What happens right now

const due = new Set();
let timer = null;

function refresh(...parts) {
  parts.forEach((each) => due.add(each));
  timer ??= setTimeout(async () => {
    timer = null;
    const wanted = [...due];
    due.clear();
    try {
      if (wanted.includes("stations")) state.stations = await load("/stations?limit=200");
      if (wanted.includes("transactions")) state.transactions = await load("/transactions?limit=50");
      showStations();
      showTransactions();
    } catch (error) {
      failed(error);
    }
  }, 250);
}

function take(type, event) {
  if (type === "message") addMessage(event);
  else if (type === "transaction") refresh("transactions", "stations");
  else if (type === "connection" || type === "status") refresh("stations");
  else if (type === "lost") refresh("stations", "transactions");
}

async function follow() {
  const stop = (state.follow = new AbortController());
  while (!stop.signal.aborted) {
    try {
      const answer = await ask("/events", { signal: stop.signal });
      if (!answer.ok) throw new Error(`the CSMS answers ${answer.status}`);
      showLive(true);
      refresh("stations", "transactions");
      await readEvents(answer.body.getReader());
    } catch (error) {
      if (error instanceof Refused) return failed(error);
    }
    if (stop.signal.aborted) return;
    showLive(false);
    await new Promise((done) => setTimeout(done, 2000));
  }
}

async function readEvents(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const type = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (type && data) take(type[1], JSON.parse(data[1]));
    }
  }
}

function showLive(isLive) {
  by("live").textContent = isLive ? "live" : "no connection to the CSMS";
  by("live").className = `chip ${isLive ? "good" : "bad"}`;
}

// The token, and what is told

function failed(error) {
  if (!(error instanceof Refused)) return tell(String(error.message || error));
  state.follow?.abort();
  askForToken("That token is not the right one.");
}

function askForToken(refusal = "") {
  sessionStorage.removeItem("token");
  by("refusal").textContent = refusal;
  if (!by("login").open) by("login").showModal();
}

async function enter(token) {
  state.token = token;
  try {
    await load("/stations?limit=1");
  } catch (error) {
    if (!(error instanceof Refused)) by("refusal").textContent = "The CSMS does not answer.";
    return failed(error);
  }
  sessionStorage.setItem("token", token);
  by("login").close();
  by("token").value = "";
  follow();
}

async function showKnownTokens() {
  const known = await load("/tokens").catch(() => []);
  by("known").replaceChildren(...known.slice(0, 50).map((each) => {
    const option = make("option", { text: each.type });
    option.value = each.idToken;
    return option;
  }));
  state.tokens = known;
}

let silence;
function tell(text) {
  by("notice").textContent = text;
  by("notice").hidden = false;
  clearTimeout(silence);
  silence = setTimeout(() => { by("notice").hidden = true; }, 6000);
}

by("login").addEventListener("cancel", (event) => event.preventDefault());
by("login").addEventListener("submit", (event) => {
  event.preventDefault();
  enter(by("token").value);
});

by("id-token").addEventListener("change", () => {
  const known = (state.tokens || []).find((each) => each.idToken === by("id-token").value);
  if (known) by("id-type").value = known.type;
});
by("start").addEventListener("submit", (event) => {
  event.preventDefault();
  by("start").close();
  const { identity, evseId } = state.starting;
  const idToken = { idToken: by("id-token").value, type: by("id-type").value };
  send(identity, "RequestStartTransaction", { evseId, idToken });
});
by("cancel").addEventListener("click", () => by("start").close());
by("clear").addEventListener("click", () => by("messages").replaceChildren());
by("only").addEventListener("change", () => by("messages").replaceChildren());
by("leave").addEventListener("click", () => {
  state.follow?.abort();
  showLive(false);
  askForToken();
});
setInterval(() => { if (state.transactions.some((each) => each.open)) showTransactions(); }, 1000);

const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) history.replaceState(null, "", location.pathname); // not to be left in the address bar
const token = given || sessionStorage.getItem("token");
if (token) enter(token);
else askForToken();
