/* The camera of a material: explained first, opened on a tap, closed as soon as a picture is taken or the page is left.
   Without this file, without a camera or after a no, the two file fields work as they are. */
(function () {
  "use strict";

  var panel = document.querySelector("[data-camera]");
  var devices = navigator.mediaDevices;
  if (!panel || !devices || !devices.getUserMedia) { return; }
  var view = panel.querySelector("video");
  var asks = panel.querySelector("[data-ask]");
  var live = panel.querySelector("[data-live]");
  var failed = panel.querySelector("[data-failed]");
  var field = null;
  var stream = null;
  var own = false;

  function stop() {
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    view.srcObject = null;
  }

  function close() {
    stop();
    panel.hidden = true;
    if (field) { field.focus(); }
  }

  /* After a failure the field opens the phone's own camera, as it does without script. */
  function fail() {
    stop();
    own = true;
    live.hidden = true;
    asks.hidden = true;
    failed.hidden = false;
  }

  function explain(event) {
    if (own) { return; }
    event.preventDefault();
    field = event.currentTarget;
    asks.hidden = false;
    live.hidden = true;
    failed.hidden = true;
    panel.hidden = false;
    panel.querySelector("h2").focus();
    panel.scrollIntoView();
  }

  function open(event) {
    event.preventDefault();
    var form = event.currentTarget;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(function (answer) {
      if (!answer.ok) { throw new Error("no"); }
      return devices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1920 } } });
    }).then(function (found) {
      if (panel.hidden) { found.getTracks().forEach(function (track) { track.stop(); }); return null; }
      stream = found;
      view.srcObject = found;
      asks.hidden = true;
      live.hidden = false;
      return view.play();
    }).catch(fail);
  }

  /* The picture goes the way of a chosen file; the camera is off before it is sent. */
  function shoot() {
    if (!stream || !view.videoWidth) { return; }
    var sheet = document.createElement("canvas");
    sheet.width = view.videoWidth;
    sheet.height = view.videoHeight;
    sheet.getContext("2d").drawImage(view, 0, 0);
    stop();
    panel.hidden = true;
    sheet.toBlob(function (picture) {
      var chosen = new DataTransfer();
      chosen.items.add(new File([picture], "photo.jpg", { type: "image/jpeg" }));
      field.files = chosen.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }, "image/jpeg", 0.92);
  }

  Array.prototype.forEach.call(document.querySelectorAll('input[name="camera"]'), function (one) {
    one.addEventListener("click", explain);
  });
  panel.querySelector("form").addEventListener("submit", open);
  panel.querySelector("[data-shoot]").addEventListener("click", shoot);
  Array.prototype.forEach.call(panel.querySelectorAll("[data-close]"), function (one) {
    one.addEventListener("click", close);
  });
  window.addEventListener("pagehide", stop);
}());
