/*
 * Talks to a passkey. <button data-passkey="create|get" data-options="…" data-credential="id of the hidden field"> asks the browser,
 * writes the answer into the field and sends its form; what went wrong is said in the element [data-passkey-told].
 */
(() => {
  "use strict";

  const WORDS = {
    NotAllowedError: "確認が取りやめられたか、時間が過ぎました。もう一度お試しください。",
    InvalidStateError: "この機器は、すでに登録されています。",
    NotSupportedError: "この機器は使えません。別の機器でお試しください。",
    SecurityError: "このアドレスではパスキーを使えません。ポータル管理者に連絡してください。",
  };

  const tell = (text) => {
    const place = document.querySelector("[data-passkey-told]");
    place.textContent = text;
    place.hidden = !text;
  };

  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      button.disabled = true;
      tell("このブラウザではパスキーを使えません。");
    }
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const field = document.getElementById(button.dataset.credential);
      if (!field.form.reportValidity()) return;
      tell("");
      try {
        const options = JSON.parse(button.dataset.options);
        field.value = JSON.stringify(await window.webauthnJSON[button.dataset.passkey](options));
        field.form.requestSubmit();
      } catch (error) {
        tell(WORDS[error.name] || "機器の確認ができませんでした。もう一度お試しください。");
      }
    });
  }
})();
