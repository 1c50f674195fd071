/* The policy room: a term of the glossary explains itself where it stands; citations are copied; the map opens as a whole. Without this script links do. */
(() => {
  "use strict";

  const box = document.createElement("div");
  box.className = "term-popover";
  box.setAttribute("popover", "auto");
  box.setAttribute("role", "note");
  const canPopOver = typeof box.showPopover === "function";

  const fill = (entry) => {
    const name = document.createElement("strong");
    name.textContent = entry.querySelector("dt").textContent;
    const more = document.createElement("p");
    const link = document.createElement("a");
    link.href = `#${entry.id}`;
    link.textContent = "この本文の用語一覧へ";
    more.append(link);
    box.replaceChildren(name, ...[...entry.querySelector("dd").childNodes].map((node) => node.cloneNode(true)), more);
  };

  const stand = (term) => {
    const place = term.getClientRects()[0];
    const left = Math.min(place.left, document.documentElement.clientWidth - box.offsetWidth - 16);
    box.style.left = `${Math.max(16, left) + window.scrollX}px`;
    box.style.top = `${place.bottom + 6 + window.scrollY}px`;
  };

  document.addEventListener("click", (event) => {
    const term = event.target.closest("a.term");
    const entry = term && document.getElementById(term.hash.slice(1));
    if (!entry || !canPopOver || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fill(entry);
    term.after(box);
    box.showPopover();
    stand(term);
  });

  box.addEventListener("click", (event) => {
    if (event.target.closest("a")) box.hidePopover();
  });

  for (const button of document.querySelectorAll("[data-open-all]")) {
    const sections = [...document.querySelectorAll(button.dataset.openAll)];
    const allOpen = () => sections.every((section) => section.open);
    const name = () => { button.textContent = allOpen() ? "すべて閉じる" : "すべて開く"; };
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      const open = !allOpen();
      for (const section of sections) section.open = open;
    });
    for (const section of sections) section.addEventListener("toggle", name);
  }
})();
