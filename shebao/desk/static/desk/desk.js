/* The desk: keys, lock, reveals that fold away, wording that follows the choice. Every page works without it. */
(function () {
  "use strict";

  var body = document.body;
  var SHOWN_MS = 30000;

  function one(selector, within) { return (within || document).querySelector(selector); }
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  function token() {
    var field = one('input[name="csrfmiddlewaretoken"]');
    return field ? field.value : "";
  }
  function post(path, fields) {
    var form = new URLSearchParams(fields);
    form.set("csrfmiddlewaretoken", token());
    return fetch(path, { method: "POST", body: form, credentials: "same-origin" });
  }
  function parsed(text) { return new DOMParser().parseFromString(text, "text/html"); }

  /* Lock: after five quiet minutes the session ends and the page leaves the document; the log-in brings it back. */
  var locked = null;
  var timer = 0;
  var csrf = "";

  function touch() {
    if (locked || !body.dataset.lock) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(lockNow, Number(body.dataset.lock) * 1000);
  }

  function lockNow() {
    if (locked) { return; }
    var dialog = one("dialog[open]");
    if (dialog) { dialog.close(); }
    csrf = token();
    var kept = document.createDocumentFragment();
    var frame = one(".d-body");
    all("#main, .d-side", frame).forEach(function (part) { kept.appendChild(part); });
    locked = { kept: kept, frame: frame };
    body.classList.add("locked");
    all("body > :not(.d-lock)").forEach(function (part) { part.inert = true; });
    body.appendChild(one("#lock").content.cloneNode(true));
    one("#lock-login").focus();
    one(".d-lock form").addEventListener("submit", unlock);
    var form = new URLSearchParams({ csrfmiddlewaretoken: csrf });
    fetch("/desk/lock", { method: "POST", body: form, credentials: "same-origin", redirect: "manual" });
  }

  function unlock(event) {
    event.preventDefault();
    var form = event.target;
    var fields = new URLSearchParams(new FormData(form));
    fields.set("csrfmiddlewaretoken", csrf);
    fields.set("next", "/desk/training");
    fetch("/desk/login", { method: "POST", body: fields, credentials: "same-origin" })
      .then(function (answer) {
        return answer.text().then(function (text) { return { ok: answer.ok && answer.redirected, page: parsed(text) }; });
      })
      .then(function (answer) {
        if (!answer.ok) { return complain(form, answer.page); }
        if (answer.page.body.dataset.me !== body.dataset.me) { return location.replace("/desk/"); }
        open(answer.page);
      })
      .catch(function () { complain(form, null); });
  }

  function complain(form, page) {
    var said = page && one("[role=alert], .red", page);
    var box = one(".problem", form);
    box.textContent = said ? said.textContent.trim() : "现在登录不了，请再试一次。";
    box.hidden = false;
    one("#lock-code").value = "";
    one("#lock-code").focus();
  }

  function open(page) {
    var fresh = one('input[name="csrfmiddlewaretoken"]', page);
    locked.frame.appendChild(locked.kept);
    one(".d-lock").remove();
    all("[inert]").forEach(function (part) { part.inert = false; });
    body.classList.remove("locked");
    if (fresh) {
      all('input[name="csrfmiddlewaretoken"]').forEach(function (field) { field.value = fresh.value; });
    }
    locked = null;
    touch();
    one("#main").focus();
  }

  ["keydown", "pointerdown", "scroll", "input"].forEach(function (kind) {
    document.addEventListener(kind, touch, { passive: true, capture: true });
  });
  touch();
  var lockForm = one("[data-lock-now]");
  if (lockForm) {
    lockForm.addEventListener("submit", function (event) { event.preventDefault(); lockNow(); });
  }

  /* Rows and their verbs. */
  function rows() { return all("[data-row]"); }
  function current() { return one("[data-row][aria-current]") || null; }
  function step(by) {
    var list = rows();
    if (!list.length) { return; }
    var at = list.indexOf(current());
    var next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    list.forEach(function (row) { row.removeAttribute("aria-current"); });
    next.setAttribute("aria-current", "true");
    next.scrollIntoView({ block: "nearest" });
    var target = one("a, button, input:not([type=hidden])", next);
    if (target) { target.focus({ preventScroll: true }); }
  }
  /* A key acts on the row it stands on; only where nobody stands on a row does it take the first. */
  function press(selector) {
    var row = current();
    var found = one(selector, row || document);
    if (found) { found.click(); }
  }

  /* Paper beside the fields: opened at a page, closed again by the same key; focus goes in and comes back. */
  var before = null;
  function beside(url) {
    var panel = one("#beside");
    if (!panel) { return; }
    if (!panel.hidden && typeof url !== "string") {
      panel.hidden = true;
      if (before) { before.focus(); }
      return;
    }
    if (panel.hidden) { before = document.activeElement; }
    panel.hidden = false;
    turnTo(typeof url === "string" ? url : one("[data-sheet=page]", panel).value);
    panel.scrollIntoView({ block: "start" });
    one(".sheet", panel).focus({ preventScroll: true });
  }
  function turnTo(url) {
    all("[data-sheet=page]").forEach(function (button) {
      if (button.value === url) { button.setAttribute("aria-current", "true"); } else { button.removeAttribute("aria-current"); }
    });
    var img = one(".sheet img");
    if (img.getAttribute("src") === url) { return; }
    img.src = url;
    one(".sheet").setAttribute("aria-busy", "true");
    img.onload = img.onerror = function () { one(".sheet").removeAttribute("aria-busy"); };
    var shown = one("[data-sheet=page][aria-current]");
    img.alt = shown ? shown.textContent.trim() : "材料的一页";
  }
  function leaf(by) {
    var panel = one("#beside");
    if (!panel || panel.hidden) { return; }
    var pages = all("[data-sheet=page]", panel);
    var at = pages.indexOf(one("[data-sheet=page][aria-current]", panel));
    turnTo(pages[Math.min(pages.length - 1, Math.max(0, at + by))].value);
  }
  function sheet(what) {
    var panel = one("#beside");
    if (panel && !panel.hidden) { one('[data-sheet="' + what + '"]', panel).click(); }
  }
  function choose(number) {
    var option = all("[data-choice]")[number - 1];
    if (option) { option.click(); option.focus(); }
  }
  function help() {
    var template = one("#all-keys");
    if (!template || one("dialog[open]")) { return; }
    body.appendChild(template.content.cloneNode(true));
    var dialog = body.lastElementChild;
    dialog.addEventListener("close", function () { dialog.remove(); });
    dialog.showModal();
  }
  var KEYS = {
    "/": function () { var find = one("#top-find"); if (find) { find.focus(); } },
    j: function () { step(1); },
    k: function () { step(-1); },
    l: function () { press("[data-take]"); },
    a: function () { press("[data-adopt]"); },
    q: function () { press("[data-ask]"); },
    r: function () { press("[data-reveal]"); },
    m: function () { beside(); },
    n: function () { leaf(1); },
    p: function () { leaf(-1); },
    z: function () { sheet("closer"); },
    t: function () { sheet("turn"); },
    "1": function () { choose(1); },
    "2": function () { choose(2); },
    "3": function () { choose(3); },
    "?": help,
  };
  document.addEventListener("keydown", function (event) {
    if (locked) { return; }
    if (event.key === "Enter" && event.ctrlKey) {
      var form = event.target.form || one("[data-submit]");
      if (form) { event.preventDefault(); form.requestSubmit(one("button.main", form) || undefined); }
      return;
    }
    if (body.classList.contains("no-keys") || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !/^(radio|checkbox)$/.test(event.target.type)) {
      return;
    }
    if (one("dialog[open]")) { return; }
    var act = KEYS[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  all("[data-beside]").forEach(function (link) {
    link.addEventListener("click", function (event) { event.preventDefault(); beside(link.getAttribute("href")); });
  });

  /* What just happened is where the keyboard goes on: a refusal first, then the word of success. */
  var said = one("main .problem[role=alert]") || one("[data-told]");
  if (said) {
    said.setAttribute("tabindex", "-1");
    said.focus({ preventScroll: true });
    said.scrollIntoView({ block: "nearest" });
  }

  /* A revealed value stands in its place for half a minute. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-reveal-form]")) { return; }
    event.preventDefault();
    var fields = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) { fields.set(event.submitter.name, event.submitter.value); }
    fetch(form.getAttribute("action"), { method: "POST", body: fields, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error("refused"); }
        return answer.text();
      })
      .then(function (text) {
        var page = parsed(text);
        var count = one("[data-revealed-count]");
        var said = one("[data-count]", page);
        if (count && said) { count.textContent = said.dataset.count; }
        show(form, one("[data-revealed]", page));
      })
      .catch(function () { HTMLFormElement.prototype.submit.call(form); });
  });
  function show(form, found) {
    var place = document.createElement("span");
    place.setAttribute("data-shown", "");
    place.setAttribute("role", "status");
    place.setAttribute("tabindex", "-1");
    place.textContent = found ? found.textContent.trim() : "登记里没有这一项";
    form.parentNode.insertBefore(place, form);
    var back = one("button", form);
    var held = document.activeElement === back || document.activeElement === body;
    form.hidden = true;
    if (held) { place.focus({ preventScroll: true }); }
    window.setTimeout(function () {
      var there = document.activeElement === place;
      place.remove();
      form.hidden = false;
      if (there) { back.focus({ preventScroll: true }); }
    }, SHOWN_MS);
  }

  /* The wording to the person follows the choice as long as nobody has touched it. */
  var words = one("[data-words]");
  function proposed() {
    var choice = one("[data-choice]:checked");
    if (!choice) { return ""; }
    var reasons = choice.value === "no"
      ? all("[data-reason]:checked").map(function (box) { return box.dataset.reason; }).join("") : "";
    return (choice.dataset.text || "") + reasons;
  }
  if (words) {
    var last = words.value;
    document.addEventListener("change", function (event) {
      if (!event.target.matches("[data-choice], [data-reason]")) { return; }
      var why = one("[data-why]");
      if (why && event.target.matches("[data-choice]")) { why.open = event.target.value === "no"; }
      var text = proposed();
      if (text && words.value === last) { words.value = last = text; one("[data-read]").checked = false; }
    });
  }

  /* A page of paper: closer, turned, next. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-sheet]");
    if (!button) { return; }
    var sheet = one(".sheet");
    var zoom = Number(sheet.dataset.zoom || 1);
    var turn = Number(sheet.dataset.turn || 0);
    if (button.dataset.sheet === "closer") { zoom = zoom % 3 + 1; }
    if (button.dataset.sheet === "turn") { turn = (turn + 1) % 4; }
    if (button.dataset.sheet === "page") { turnTo(button.value); }
    sheet.dataset.zoom = zoom;
    sheet.dataset.turn = turn;
    sheet.className = "sheet x" + zoom + " r" + turn;
  });
})();
