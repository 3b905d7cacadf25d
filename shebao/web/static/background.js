/* Going to the background (切到后台): the content is covered while nobody should read it, and the person is told. */
(function () {
  "use strict";

  var root = document.documentElement;
  var strip = document.querySelector("[data-background]");
  var NOTE = { body: "内容已经盖住，回来就能看。", tag: "background", silent: true };
  if (!strip) { return; }

  function registration() {
    return "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration() : Promise.resolve(undefined);
  }

  function tell() {
    if (!("Notification" in window) || Notification.permission !== "granted") { return; }
    registration().then(function (worker) {
      if (worker && worker.active) { worker.showNotification(strip.getAttribute("data-background"), NOTE); }
    });
  }

  function take() {
    registration().then(function (worker) {
      if (!worker || !worker.getNotifications) { return; }
      worker.getNotifications({ tag: NOTE.tag }).then(function (shown) {
        shown.forEach(function (one) { one.close(); });
      });
    });
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      root.classList.add("covered");
      strip.hidden = false;
      tell();
    } else {
      root.classList.remove("covered");
      take();
      window.setTimeout(function () { strip.hidden = true; }, 8000);
    }
  });
}());
