// Panes side by side, fed by one WebSocket; whatever a person does is a POST.
import { make, render } from "./message.js";
import { samplePhoto } from "./sample.js";
import { phoneText, wordsFor } from "./words.js";

const panes = new Map();
const tabs = document.getElementById("tabs");

// Whatever is not on the screen has a tab that leads there; where everybody is, there are no tabs.
const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const { tab } = panes.get(Number(target.dataset.chat)) ?? {};
    tab?.setAttribute("aria-current", String(isIntersecting));
    if (isIntersecting) tab?.classList.remove("news");
  }
  tabs.hidden = ![...panes.values()].some(({ tab }) => tab.ariaCurrent === "false");
}, { root: document.getElementById("panes"), threshold: 0.6 });

class Pane {
  constructor(told) {
    this.person = told.person;
    this.chat = told.chat.id;
    this.group = told.chat.title;
    this.note = told.note;
    this.words = wordsFor(told.person.language);
    this.locale = told.person.language === "ko" ? "ko-KR" : "en-GB";
    this.botName = told.bot_name;
    this.root = document.getElementById("pane").content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.root.querySelector(selector);
    this.log = this.find(".log");
    this.field = this.find("textarea");
    this.tab = make("button", "tab", this.group || told.person.name);
    this.tab.addEventListener("click", () => this.root.scrollIntoView({ inline: "center", block: "nearest" }));
    this.label();
    this.listen();
    this.fill(told);
  }

  label() {
    const { words, person, group } = this;
    const name = group || person.name;
    this.root.dataset.chat = this.chat;
    this.root.lang = person.language;
    this.root.setAttribute("aria-label", name);
    this.find(".name").textContent = name;
    this.find(".who .phone").textContent = group ? words.hands(person.name) : this.note || phoneText(person.phone);
    this.find(".bot-name").textContent = group || this.botName;
    this.find(".face").textContent = (group || this.botName).slice(0, 1);
    this.find(".attach-button").hidden = Boolean(group);
    this.log.setAttribute("aria-label", words.chat);
    this.find(".start").textContent = words.start;
    this.field.placeholder = words.message;
    this.field.setAttribute("aria-label", words.message);
    for (const [selector, word] of [[".send", words.send], [".attach-button", words.attach], [".commands-button", words.commands], [".keyboard-button", words.keyboard]]) {
      this.find(selector).setAttribute("aria-label", word);
      this.find(selector).title = word;
    }
    this.choices(".attach", [
      [words.photo, "", () => this.find(".photos").click()],
      [words.file, "", () => this.find(".files").click()],
      [words.sample, "", async () => this.uploads([new File([await samplePhoto(words)], "sample.jpg", { type: "image/jpeg" })])],
    ]);
  }

  listen() {
    this.find(".composer").addEventListener("submit", (event) => { event.preventDefault(); this.sends(); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.sends(); }
    });
    this.field.addEventListener("input", () => this.grow());
    this.find(".start").addEventListener("click", () => { this.started = true; this.says("/start"); });
    this.find(".attach-button").addEventListener("click", () => this.toggles(".attach"));
    this.find(".commands-button").addEventListener("click", () => this.toggles(".commands"));
    this.find(".keyboard-button").addEventListener("click", () => this.showKeyboard(this.find(".reply-keyboard").hidden));
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.toggles(""));
    for (const [selector, query] of [[".photos", ""], [".files", "?as=document"]]) {
      this.find(selector).addEventListener("change", ({ target }) => { this.uploads([...target.files], query); target.value = ""; });
    }
    this.field.addEventListener("paste", (event) => event.clipboardData.files.length && this.takes(event, event.clipboardData.files));
    this.root.addEventListener("dragover", (event) => { event.preventDefault(); this.root.classList.add("over"); });
    this.root.addEventListener("dragleave", () => this.root.classList.remove("over"));
    this.root.addEventListener("drop", (event) => { this.root.classList.remove("over"); this.takes(event, event.dataTransfer.files); });
  }

  fill(told) {
    this.spinning = told.spinning;
    this.log.replaceChildren();
    this.day = "";
    this.greeting = told.greeting;
    for (const message of told.messages) this.append(message);
    this.blank();
    this.commands(told.commands);
    this.keyboard(told.keyboard);
    requestAnimationFrame(() => this.log.scrollTo(0, this.log.scrollHeight));
  }

  blank() {
    const empty = !this.log.querySelector(".row");
    this.find(".start").hidden = !empty || Boolean(this.group);
    this.find(".composer").hidden = empty && !this.group;
    this.find(".blank")?.remove();
    if (!empty && this.started) this.field.focus();
    this.started = false;
    if (empty) this.log.replaceChildren(make("p", "blank", (!this.group && this.greeting) || this.words.empty));
  }

  append(message) {
    if (message.migrate_to_chat_id || message.migrate_from_chat_id) return;
    const day = new Date(message.date * 1000).toLocaleDateString(this.locale, { timeZone: "Asia/Seoul", month: "long", day: "numeric", weekday: "long" });
    if (day !== this.day) this.log.append(make("p", "day", day));
    this.day = day;
    const row = render(message, this);
    if (message.media_group_id) row.classList.add("album");
    this.log.append(row);
  }

  hears(kind, body) {
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160;
    const row = this.log.querySelector(`[data-id="${body.message_id}"]`);
    if (kind === "message") {
      this.append(body);
      this.status("");
      this.blank();
      if (this.tab.ariaCurrent === "false") this.tab.classList.add("news");
    } else if (kind === "edited") row?.replaceWith(render(body, this));
    else if (kind === "deleted") { row?.remove(); this.blank(); }
    else if (kind === "pressed") this.spins([...this.spinning, body], body);
    else if (kind === "answered") this.answered(body);
    else if (kind === "keyboard") this.keyboard(body);
    else if (kind === "typing") this.status(this.words.typing);
    if (kind === "message" && (near || body.from.id === this.person.id)) this.log.scrollTo({ top: this.log.scrollHeight });
    if (kind === "edited" && near) this.log.scrollTo({ top: this.log.scrollHeight });
  }

  spins(spinning, { message_id, data }) {
    this.spinning = spinning;
    const busy = spinning.some((p) => p.message_id === message_id && p.data === data);
    for (const key of this.log.querySelectorAll(`[data-id="${message_id}"] .key`)) {
      if (key.dataset.data === data) key.setAttribute("aria-busy", String(busy));
    }
  }

  answered(body) {
    this.spins(this.spinning.filter((p) => p.id !== body.id), body);
    if (body.show_alert && body.text) this.shows(body.text);
    else if (body.text) this.toast(body.text);
  }

  keyboard({ keyboard = [], one_time_keyboard: once = false, input_field_placeholder: hint }) {
    const block = this.find(".reply-keyboard");
    block.replaceChildren(...keyboard.map((line) => {
      const row = make("div", "keys");
      row.append(...line.map((key) => this.replyKey(typeof key === "string" ? { text: key } : key, once)));
      return row;
    }));
    this.field.placeholder = hint || this.words.message;
    this.find(".keyboard-button").hidden = keyboard.length === 0;
    this.showKeyboard(keyboard.length > 0);
  }

  replyKey(key, once) {
    const button = make("button", key.request_contact ? "key contact" : "key", key.text);
    button.type = "button";
    button.addEventListener("click", async () => {
      if (key.request_contact && !(await this.asks(this.words.share(this.botName, phoneText(this.person.phone))))) return;
      if (key.request_contact) this.post("contact");
      else this.says(key.text);
      if (once) this.showKeyboard(false);
      this.field.focus({ preventScroll: true });
    });
    return button;
  }

  showKeyboard(shown) {
    this.find(".reply-keyboard").hidden = !shown;
    this.find(".keyboard-button").setAttribute("aria-pressed", String(shown));
    this.log.scrollTo({ top: this.log.scrollHeight });
  }

  commands(list) {
    this.choices(".commands", list.map(({ command, description }) => [`/${command}`, description, () => this.says(`/${command}`)]));
    this.find(".commands-button").hidden = list.length === 0;
  }

  choices(selector, list) {
    this.find(selector).replaceChildren(...list.map(([name, about, chosen]) => {
      const button = make("button", "choice", name);
      button.type = "button";
      if (about) button.append(make("small", "", about));
      button.addEventListener("click", () => { this.toggles(""); chosen(); this.field.focus(); });
      return button;
    }));
  }

  toggles(selector) {
    for (const name of [".commands", ".attach"]) {
      const menu = this.find(name);
      menu.hidden = name !== selector || !menu.hidden;
      this.find(`${name}-button`).setAttribute("aria-expanded", String(!menu.hidden));
      if (!menu.hidden) menu.querySelector("button")?.focus();
    }
    this.log.scrollTo({ top: this.log.scrollHeight });
  }

  sends() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.grow();
    this.says(text);
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
  }

  says = (text) => this.post("says", { text });
  presses = (message_id, data) => this.post("presses", { message_id, data });

  takes(event, files) {
    event.preventDefault();
    this.uploads([...files]);
  }

  async uploads(files, query = "") {
    if (!files.length || this.group) return;
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name || "photo.png");
    const answer = await fetch(`/playground/people/${this.person.id}/files${query}`, { method: "POST", body: form });
    if (!answer.ok) this.shows((await answer.json()).description);
  }

  async post(verb, told = {}) {
    await fetch(`/playground/people/${this.person.id}/${verb}${this.group && `?chat=${this.chat}`}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) });
  }

  status(words) {
    this.find(".status").textContent = words || (this.group ? this.words.group : this.words.bot);
    clearTimeout(this.quiet);
    if (words) this.quiet = setTimeout(() => this.status(""), 5000);
  }

  toast(words) {
    const toast = this.find(".toast");
    toast.textContent = words;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { toast.textContent = ""; }, 4000);
  }

  asks(words, alone = false) {
    const dialog = this.find("dialog");
    const [no, yes] = dialog.querySelectorAll("button");
    dialog.querySelector("p").textContent = words;
    no.textContent = this.words.no;
    no.hidden = alone;
    yes.textContent = alone ? this.words.ok : this.words.yes;
    dialog.returnValue = "no";
    dialog.showModal();
    yes.focus();
    return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
  }

  shows = (words) => this.asks(words, true);
}

function showAll(told) {
  const home = document.getElementById("panes");
  const wanted = told.panes.map(({ person, chat, note, bot_name }) => JSON.stringify([person, chat, note, bot_name])).join();
  if (home.dataset.people !== wanted) {
    panes.clear();
    inView.disconnect();
    for (const pane of told.panes) panes.set(pane.chat.id, new Pane(pane));
    home.replaceChildren(...[...panes.values()].map((pane) => pane.root));
    tabs.replaceChildren(...[...panes.values()].map((pane) => pane.tab));
    for (const { root } of panes.values()) inView.observe(root);
    home.dataset.people = wanted;
  } else for (const pane of told.panes) panes.get(pane.chat.id).fill(pane);
  for (const pane of panes.values()) pane.status("");
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/playground/live`);
  const link = document.getElementById("link");
  socket.onopen = () => { link.textContent = ""; };
  socket.onmessage = ({ data }) => {
    const told = JSON.parse(data);
    if (told.kind === "all") showAll(told);
    else panes.get(told.chat)?.hears(told.kind, told.body);
  };
  socket.onclose = () => {
    link.textContent = `${wordsFor("ko").lost} · ${wordsFor("en").lost}`;
    setTimeout(connect, 1000);
  };
}

connect();
