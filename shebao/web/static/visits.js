/* Visits: distances worked out on this device, and the chosen time in the button. Every page works without this file. */
(function () {
  "use strict";

  var EARTH_KM = 6371;
  var MOST = 10;

  function radians(degrees) { return degrees * Math.PI / 180; }

  function apart(here, row) {
    var latitude = Number(row.getAttribute("data-latitude"));
    var north = radians(latitude - here.latitude);
    var east = radians(Number(row.getAttribute("data-longitude")) - here.longitude);
    var half = Math.pow(Math.sin(north / 2), 2) +
      Math.cos(radians(here.latitude)) * Math.cos(radians(latitude)) * Math.pow(Math.sin(east / 2), 2);
    return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
  }

  function show(here) {
    var list = document.querySelector(".far");
    var rows = Array.prototype.slice.call(list.children).map(function (row) {
      return { row: row, km: apart(here, row) };
    });
    rows.sort(function (one, other) { return one.km - other.km; });
    rows.forEach(function (found, at) {
      found.row.querySelector("[data-far]").textContent = found.km.toFixed(1) + " 公里";
      found.row.hidden = at >= MOST;
      list.appendChild(found.row);
    });
    document.querySelector("[data-ask]").hidden = true;
    document.querySelector("[data-sorted]").hidden = false;
    document.getElementById("h-near").focus();
  }

  function failed() {
    document.querySelector("[data-failed]").hidden = false;
    document.querySelector("[data-allow]").hidden = true;
  }

  /* The browser is asked only after the explanation and a tap on this page; the position stays in this function. */
  function askNearby() {
    var form = document.querySelector("[data-nearby]");
    if (!form || !navigator.geolocation) { return; }
    document.querySelector("[data-allow]").hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(function (answer) {
        if (!answer.ok) { failed(); return; }
        navigator.geolocation.getCurrentPosition(
          function (found) { show(found.coords); }, failed, { maximumAge: 60000, timeout: 15000 }
        );
      }, failed);
    });
  }

  function sayTime() {
    var place = document.querySelector("[data-time]");
    var form = document.getElementById("take");
    if (!place || !form) { return; }
    function say() {
      var chosen = form.querySelector("input[name=slot]:checked");
      if (chosen) { place.textContent = " " + chosen.getAttribute("data-says"); }
    }
    form.addEventListener("change", say);
    say();
  }

  askNearby();
  sayTime();
}());
