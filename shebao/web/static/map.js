/* Halls on a map; the list below it says the same. Tiles come from our own server. */
(function () {
  "use strict";

  var place = document.querySelector("[data-map]");
  if (!place || !window.L) { return; }
  var closest = Number(place.getAttribute("data-closest"));
  var map = L.map(place, { attributionControl: false, fadeAnimation: false, zoomAnimation: false });
  L.tileLayer(place.getAttribute("data-map") + "{z}/{x}/{y}.png", {
    minZoom: Number(place.getAttribute("data-widest")), maxZoom: closest
  }).addTo(map);
  var wanted = place.getAttribute("data-hall");
  var spots = [];
  Array.prototype.forEach.call(document.querySelectorAll("[data-halls] > li"), function (row) {
    var spot = [Number(row.getAttribute("data-latitude")), Number(row.getAttribute("data-longitude"))];
    var name = document.createElement("b");
    name.textContent = row.querySelector("a").textContent;
    L.circleMarker(spot, { radius: 9, className: "pin" }).bindPopup(name).addTo(map);
    if (!wanted || wanted === row.getAttribute("data-id")) { spots.push(spot); }
  });
  if (spots.length) { map.fitBounds(spots, { maxZoom: closest, padding: [24, 24] }); }
}());
