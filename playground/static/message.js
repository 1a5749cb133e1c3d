// One message as an element: bubble, media, words with their entities, buttons.
import { phoneText } from "./words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "mark" };

const HEAD = ["message_id", "from", "chat", "date", "reply_to_message", "forward_origin", "reply_markup", "edit_date"];

export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

// Entities may nest; offsets are UTF-16 units, as JavaScript counts.
export function rich(text, entities, says, from = 0, to = text.length) {
  const piece = document.createDocumentFragment();
  let at = from;
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i];
    if (entity.offset < at) continue;
    const end = Math.min(entity.offset + entity.length, to);
    piece.append(text.slice(at, entity.offset));
    const inner = entities.slice(i + 1).filter((e) => e.offset + e.length <= end);
    const element = dress(entity, text.slice(entity.offset, end), says);
    element.append(rich(text, inner, says, entity.offset, end));
    piece.append(element);
    at = end;
  }
  piece.append(text.slice(at, to));
  return piece;
}

function dress(entity, said, says) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], entity.type);
  if (entity.type === "bot_command") {
    const button = make("button", "command");
    button.type = "button";
    button.addEventListener("click", () => says(said));
    return button;
  }
  if (entity.type === "url" || entity.type === "text_link") {
    const link = make("a");
    const url = entity.url ?? said;
    link.href = /^\w+:/.test(url) ? url : `http://${url}`;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  return make("span", entity.type);
}

export function render(message, pane) {
  const mine = message.from.id === pane.person.id;
  const row = make("article", mine ? "row mine" : "row");
  row.dataset.id = message.message_id;
  row.setAttribute("aria-label", mine ? pane.words.you : pane.botName);
  const bubble = make("div", "bubble");
  row.append(bubble);
  if (pane.group && !mine) bubble.append(make("small", "sender", message.from.first_name));
  if (message.forward_origin) bubble.append(make("small", "forwarded", pane.words.forwarded));
  if (message.reply_to_message) bubble.append(quote(message.reply_to_message));
  if (message.photo) bubble.append(picture(message, pane));
  if (message.document) bubble.append(paper(message.document));
  if (message.contact) bubble.append(card(message.contact));
  const text = message.text ?? message.caption;
  if (text) {
    const words = make("div", "words");
    words.append(rich(text, message.entities ?? message.caption_entities ?? [], pane.says));
    bubble.append(words);
  }
  const shown = text || message.photo || message.document || message.contact;
  if (!shown) bubble.append(make("em", "words", `(${Object.keys(message).find((key) => !HEAD.includes(key)) ?? "…"})`));
  bubble.classList.toggle("bare", Boolean(message.photo) && !text);
  bubble.append(stamp(message, pane));
  if (message.reply_markup?.inline_keyboard) row.append(keyboard(message, pane));
  return row;
}

function quote(message) {
  return make("blockquote", "reply", (message.text ?? message.caption ?? "…").slice(0, 80));
}

function picture(message, pane) {
  const size = message.photo.at(-1);
  const image = make("img");
  image.src = `/playground/files/${size.file_id}`;
  image.alt = message.caption || pane.words.photo;
  image.width = size.width;
  image.height = size.height;
  const link = make("a", "picture");
  link.href = image.src;
  link.target = "_blank";
  link.append(image);
  return link;
}

function paper(file) {
  const link = make("a", "paper");
  link.href = `/playground/files/${file.file_id}`;
  link.download = file.file_name ?? "file";
  link.append(make("span", "sheet", (file.file_name ?? "").split(".").pop().slice(0, 4).toUpperCase()));
  const about = make("span", "about", file.file_name ?? "file");
  about.append(make("small", "", `${Math.max(1, Math.round((file.file_size ?? 0) / 1024)).toLocaleString()} KB`));
  link.append(about);
  return link;
}

function card(contact) {
  const element = make("div", "card");
  element.append(make("span", "face", contact.first_name.slice(0, 1)));
  const about = make("span", "about", contact.first_name);
  about.append(make("small", "", phoneText(contact.phone_number)));
  element.append(about);
  return element;
}

function stamp(message, pane) {
  const when = new Date(message.date * 1000);
  const time = make("time", "", when.toLocaleTimeString(pane.locale, { timeZone: "Asia/Seoul", hour: "numeric", minute: "2-digit" }));
  time.dateTime = when.toISOString();
  if (message.edit_date) time.prepend(make("span", "edited", `${pane.words.edited} `));
  return time;
}

function keyboard(message, pane) {
  const block = make("div", "inline-keyboard");
  for (const line of message.reply_markup.inline_keyboard) {
    const row = make("div", "keys");
    for (const key of line) row.append(button(key, message, pane));
    block.append(row);
  }
  return block;
}

function button(key, message, pane) {
  const element = make("button", "key", key.text);
  element.type = "button";
  element.dataset.data = key.callback_data ?? "";
  if (key.callback_data) {
    const waits = pane.spinning.some((p) => p.message_id === message.message_id && p.data === key.callback_data);
    element.setAttribute("aria-busy", String(waits));
    element.addEventListener("click", () => pane.presses(message.message_id, key.callback_data));
  } else if (key.url) {
    element.classList.add("opens");
    element.addEventListener("click", () => pane.shows(pane.words.opens(key.url)));
  }
  return element;
}
