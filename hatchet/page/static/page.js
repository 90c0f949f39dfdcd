// The page works without it; with it, views change by themselves and times are written in the reader's zone.
"use strict";

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    const isToday = moment.toDateString() === new Date().toDateString();
    time.title = moment.toLocaleString();
    time.textContent = isToday ? moment.toLocaleTimeString() : moment.toLocaleString();
  }
}

// Where the keyboard is, so that it stays there when a part is replaced: the same element by id or name, or by its place.
function marked(part, element) {
  if (!element || !part.contains(element)) return null;
  const all = [...part.querySelectorAll(element.tagName)];
  return { tag: element.tagName, number: all.indexOf(element), text: element.textContent, href: element.getAttribute("href") };
}

function refocus(part, mark) {
  if (!mark) return;
  const all = [...part.querySelectorAll(mark.tag)];
  const same = all.filter((each) => each.textContent === mark.text && each.getAttribute("href") === mark.href);
  const found = same.includes(all[mark.number]) ? all[mark.number] : same[0] || all[mark.number];
  if (found) found.focus({ preventScroll: true });
}

function replace(name, html) {
  const part = document.getElementById(name);
  if (!part) return;
  const made = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (!made || (part.dataset.html === html)) return;
  const open = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
  const mark = marked(part, document.activeElement);
  const scrolled = [...part.querySelectorAll("pre, .log, .scroll")].map((each) => ({
    left: each.scrollLeft,
    top: each.scrollTop,
    atEnd: each.scrollHeight - each.scrollTop - each.clientHeight < 8,
  }));
  localTimes(made);
  part.replaceChildren(...made.childNodes);
  part.dataset.html = html;
  for (const each of part.querySelectorAll("details[id]")) each.open = each.open || open.has(each.id);
  [...part.querySelectorAll("pre, .log, .scroll")].forEach((each, number) => {
    const before = scrolled[number];
    if (!before) return;
    each.scrollLeft = before.left;
    each.scrollTop = before.atEnd ? each.scrollHeight : before.top;
  });
  refocus(part, mark);
}

function live(text) {
  const place = document.getElementById("live");
  if (place && place.textContent !== text) place.textContent = text;
}

let source = null;

function follow() {
  if (source || document.hidden || !document.body.dataset.live) return;
  source = new EventSource(document.body.dataset.live);
  source.addEventListener("open", () => live("live"));
  source.addEventListener("error", () => live(source && source.readyState === EventSource.CLOSED ? "not live: reload the page" : "connecting…"));
  source.addEventListener("part", (event) => {
    const { name, html } = JSON.parse(event.data);
    replace(name, html);
  });
  source.addEventListener("trouble", (event) => live("not live: " + JSON.parse(event.data).text));
  source.addEventListener("fine", () => live("live"));
  source.addEventListener("end", () => rest());
  source.addEventListener("chunk", (event) => {
    const place = document.getElementById("chunk");
    if (!place) return;
    document.getElementById("stream").hidden = false;
    const text = place.textContent + JSON.parse(event.data).text;
    place.textContent = text.length > 200000 ? text.slice(-200000) : text;
    place.scrollTop = place.scrollHeight;
  });
}

function rest() {
  if (source) source.close();
  source = null;
}

localTimes(document);
// What was done is said once.
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(null, "", here);
}
for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
// A browser has few connections to a page: one that nobody sees keeps none.
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : follow()));
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", follow);
follow();
