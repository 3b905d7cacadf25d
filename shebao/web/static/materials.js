/* Sends the chosen files one by one, so that a lost connection keeps the finished pages. Without it the form works as it is. */
(function () {
  "use strict";

  function say(line, text, tone) {
    line.lastChild.textContent = text;
    line.lastChild.className = tone || "";
  }

  function row(list, name) {
    var line = document.createElement("li");
    var title = document.createElement("span");
    title.className = "n";
    title.textContent = name;
    line.appendChild(title);
    line.appendChild(document.createElement("span"));
    say(line, "等待");
    list.appendChild(line);
    return line;
  }

  function send(form, file, line, done) {
    var body = new FormData();
    var call = new XMLHttpRequest();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("file", file);
    call.open("POST", form.getAttribute("action"));
    call.setRequestHeader("X-Shebao-File", "1");
    call.setRequestHeader("Accept", "application/json");
    call.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) {
        var part = Math.floor(event.loaded / event.total * 100);
        say(line, part < 100 ? "正在传 " + part + "%" : "检查中");
      }
    });
    call.addEventListener("load", function () {
      var told = {};
      try { told = JSON.parse(call.responseText); } catch (error) { told = {}; }
      var taken = call.status === 200 && told.taken === 1;
      say(line, taken ? "已收" : told.message || told.title || "没有收，请再交一次。", taken ? "ok" : "bad");
      done(taken);
    });
    call.addEventListener("error", function () {
      say(line, "网络断了，这一页没有收。", "bad");
      done(false);
    });
    call.send(body);
  }

  function look(list, shelf) {
    var line = document.createElement("li");
    var link = document.createElement("a");
    link.href = shelf + "#pages";
    link.textContent = "看已经收下的页";
    line.appendChild(link);
    list.appendChild(line);
  }

  function start(form, files) {
    var list = form.querySelector("[data-sending]");
    var lines = files.map(function (file) { return row(list, file.name); });
    var good = true;
    var some = false;
    var shelf = form.getAttribute("data-files") + "?at=" + Date.now();
    list.hidden = false;
    (function next(at) {
      if (at === files.length) {
        if (good) { window.location.assign(shelf + "&taken=" + files.length + "#pages"); } else if (some) { look(list, shelf); }
        return;
      }
      send(form, files[at], lines[at], function (taken) {
        good = good && taken;
        some = some || taken;
        next(at + 1);
      });
    })(0);
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-files]"), function (form) {
    form.addEventListener("change", function (event) {
      var files = Array.prototype.slice.call(event.target.files || []);
      if (files.length) { start(form, files); }
    });
  });
})();
