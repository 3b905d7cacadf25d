/* 打开推送: asks only when the person taps, and hands the browser's address to our own pages. */
(function () {
  "use strict";

  var place = document.querySelector("[data-push]");
  var button = document.querySelector("[data-push-on]");
  var said = document.querySelector("[data-push-said]");
  if (!place || !button || !("serviceWorker" in navigator) || !("PushManager" in window)) { return; }
  button.hidden = false;

  function bytes(text) {
    var plain = window.atob((text + "===".slice((text.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function keep(subscription) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    return fetch("/inbox/settings/push", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(subscription),
    }).then(function (answer) {
      if (!answer.ok) { throw new Error("refused"); }
      window.location.assign("/inbox/settings/?done=push");
    });
  }

  button.addEventListener("click", function () {
    said.textContent = "正在打开";
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") {
        said.textContent = "您没有允许通知，所以没有打开。登录后在消息里看也一样。";
        return undefined;
      }
      return navigator.serviceWorker.ready.then(function (worker) {
        return worker.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: bytes(place.getAttribute("data-push")),
        });
      }).then(keep);
    }).catch(function () {
      said.textContent = "这个浏览器没有打开推送。登录后在消息里看也一样。";
    });
  });
}());
