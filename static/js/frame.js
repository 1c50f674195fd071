/* The frame: the menu on narrow screens, "/" for the search, menus that close, a session that has ended. */
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  const isTyping = (element) => element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-shortcut='/']");
    if (event.key === "/" && search && !isTyping(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "Escape") {
      for (const open of document.querySelectorAll("details[data-closes][open], details.more[open]")) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const panel = document.getElementById(toggle.dataset.toggle);
      const isOpen = panel.toggleAttribute("data-open");
      toggle.setAttribute("aria-expanded", String(isOpen));
    }
    for (const open of document.querySelectorAll("details[data-closes][open], details.more[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  /* The session has ended while the page stood open: what is typed stays, the person is told where to log in. */
  const tellSessionEnded = (words) => {
    if (document.querySelector("[data-session-ended]")) return;
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset.kind = "warning";
    notice.dataset.sessionEnded = "";
    notice.setAttribute("role", "alert");
    const body = document.createElement("p");
    body.textContent = `${words} `;
    const link = document.createElement("a");
    link.href = "/login/";
    link.target = "_blank";
    link.textContent = "新しいタブでログインする";
    body.append(link);
    notice.append(document.createElement("span"), body);
    const main = document.getElementById("main");
    main.prepend(notice);
    notice.scrollIntoView({ block: "center" });
  };

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) tellSessionEnded("ログインの有効時間が過ぎました。この画面の入力はそのまま残っています。");
  });
})();
