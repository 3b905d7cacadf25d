/* Small helpers of the citizen pages. Every page works without this file. */
(function () {
  "use strict";

  var root = document.documentElement;
  root.classList.add("js");

  function all(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* The first thing to read after a failed form is the list of what to change. */
  function focusErrors() {
    var box = document.querySelector("[data-errors]");
    if (box) { box.focus(); }
  }

  /* Offline strip: the page on screen may be older than the registry. */
  function watchConnection() {
    var strip = document.querySelector("[data-offline]");
    function show() { if (strip) { strip.hidden = navigator.onLine; } }
    window.addEventListener("online", show);
    window.addEventListener("offline", show);
    show();
  }

  /* The session end is announced two minutes before; after it the text is replaced, not covered. */
  function watchSession() {
    var strip = document.querySelector("[data-session-left]");
    var left = strip ? Number(strip.getAttribute("data-session-left")) * 1000 : NaN;
    if (isNaN(left)) { return; }
    window.setTimeout(function () { strip.hidden = false; }, Math.max(0, left - 120000));
    window.setTimeout(function () {
      var main = document.getElementById("main");
      var over = document.getElementById("session-over");
      if (main && over) {
        main.replaceChildren(over.content.cloneNode(true));
        strip.hidden = true;
        main.querySelector("h1").focus();
      }
    }, Math.max(0, left));
  }

  /* 听一听: reads the text of the page aloud; hidden where the browser cannot speak. */
  function readAloud() {
    if (!("speechSynthesis" in window)) { return; }
    all("[data-say]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        if (window.speechSynthesis.speaking) {
          window.speechSynthesis.cancel();
          return;
        }
        var words = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
        words.lang = "zh-CN";
        words.rate = 0.9;
        window.speechSynthesis.speak(words);
      });
    });
  }

  /* Passwords may be looked at while typing. */
  function showPasswords() {
    all("[data-show]", function (button) {
      var field = document.getElementById(button.getAttribute("data-show"));
      if (!field) { return; }
      button.hidden = false;
      button.addEventListener("click", function () {
        var hidden = field.type === "password";
        field.type = hidden ? "text" : "password";
        button.setAttribute("aria-pressed", hidden ? "true" : "false");
        button.textContent = hidden ? "隐藏密码" : "显示密码";
      });
    });
  }

  /* Without a connection nothing is sent and nothing is lost: what was written stays in the page. */
  function sayUnsent() {
    var strip = document.querySelector("[data-offline]");
    if (!strip) { return; }
    strip.textContent = "没有联网，还没有交。写的都在这一页，联网后再点一次。";
    strip.hidden = false;
    strip.scrollIntoView();
  }

  /* A form is sent once: the button says what is going on and keeps its width. */
  function sendOnce() {
    document.addEventListener("submit", function (event) {
      var pressed = event.submitter && event.submitter.hasAttribute("data-busy") ? event.submitter : null;
      var button = pressed || event.target.querySelector("[data-busy]");
      if (!navigator.onLine && event.target.hasAttribute("data-keep")) {
        event.preventDefault();
        sayUnsent();
        return;
      }
      if (!button) { return; }
      if (button.getAttribute("aria-busy") === "true") {
        event.preventDefault();
        return;
      }
      button.setAttribute("aria-busy", "true");
      button.textContent = button.getAttribute("data-busy");
    });
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) { window.location.reload(); }
    });
  }

  /* What is copied out of an article says where it comes from, as its printed page does. */
  function citeCopies() {
    var note = document.querySelector("[data-cite]");
    if (!note || !document.querySelector("[data-article]")) { return; }
    document.addEventListener("copy", function (event) {
      var words = String(window.getSelection());
      if (words.length < 20 || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { return; }
      event.clipboardData.setData("text/plain", words + "\n\n" + note.textContent);
      event.preventDefault();
    });
  }

  /* Printing opens what is folded, so that paper shows all of it. */
  function printLinks() {
    all("[data-print]", function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        all("details", function (part) { part.open = true; });
        window.print();
      });
    });
  }

  /* The shell for no connection; personal pages are never kept. Leaving the account empties it. */
  function keepShell() {
    if (!("serviceWorker" in navigator)) { return; }
    if (document.querySelector("[data-forget]") && navigator.serviceWorker.controller) {
      navigator.serviceWorker.controller.postMessage("forget");
    }
    var path = root.getAttribute("data-worker");
    // Signing out may clear the site while it registers: the next page does it again.
    if (path) { navigator.serviceWorker.register(path, { scope: "/" }).catch(function () {}); }
  }

  /* After a part was swapped, its heading is the answer: move there. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var head = event.detail.target && event.detail.target.querySelector("[data-focus]");
    if (head) { head.focus(); }
  });

  focusErrors();
  watchConnection();
  watchSession();
  readAloud();
  showPasswords();
  sendOnce();
  printLinks();
  citeCopies();
  keepShell();
}());
