/* 年 月 日: echoes the typed day as 和暦 with its weekday, fills in the present moment. */
(() => {
  "use strict";

  const ERAS = { R: 2018, 令和: 2018, H: 1988, 平成: 1988, S: 1925, 昭和: 1925 };
  const half = (text) => text.normalize("NFKC").trim();

  const yearOf = (text) => {
    const match = half(text).toUpperCase().match(/^(R|H|S|令和|平成|昭和)?\s*(\d{1,4}|元)年?$/);
    if (!match) return NaN;
    const number = match[2] === "元" ? 1 : Number(match[2]);
    return match[1] ? ERAS[match[1]] + number : number;
  };

  const part = (box, name) => box.querySelector(`[data-part="${name}"]`);

  const dayOf = (box) => {
    const [year, month, day] = [yearOf(part(box, "year").value), Number(half(part(box, "month").value)), Number(half(part(box, "day").value))];
    const found = new Date(Date.UTC(year, month - 1, day));
    return year >= 1000 && found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found : null;
  };

  const words = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone: "UTC" });

  const echo = (box) => {
    const line = box.querySelector("[data-echo]");
    const parts = ["year", "month", "day"].map((name) => part(box, name).value);
    if (!line) return;
    if (!parts.every(Boolean)) {
      line.textContent = "";
      return;
    }
    const day = dayOf(box);
    line.toggleAttribute("data-wrong", !day);
    line.textContent = day ? words.format(day) : "暦にない日付です。";
  };

  const fillNow = (box) => {
    const now = new Date();
    const take = (options) => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo", hourCycle: "h23", ...options }).format(now);
    const [year, month, day] = take({ year: "numeric", month: "2-digit", day: "2-digit" }).split("-");
    const [hour, minute] = take({ hour: "2-digit", minute: "2-digit" }).split(":");
    Object.entries({ year, month: String(Number(month)), day: String(Number(day)), hour, minute }).forEach(([name, value]) => {
      if (part(box, name)) part(box, name).value = value;
    });
    part(box, "year").dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-date]");
    if (box) echo(box);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-now]");
    if (button) fillNow(button.closest("[data-date]"));
  });

  const begin = (root) => {
    for (const box of root.querySelectorAll("[data-date]")) {
      for (const button of box.querySelectorAll("[data-now]")) button.hidden = false;
      if (!box.closest("[data-invalid]")) echo(box);
    }
  };

  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
})();
