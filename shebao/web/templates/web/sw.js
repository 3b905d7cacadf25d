{% load static %}/* Keeps the shell and the public guides for use without a connection.
   Only the addresses listed here are kept, fetched without cookies, so no page of a person can be among them. */
"use strict";

const SHELL = "shebao-shell-{{ version }}";
const OFFLINE = "/offline";
const FILES = [{% for file in files %}
  "{% static file %}",{% endfor %}
];
const GUIDES = [{% for page in guides %}
  "{{ page }}",{% endfor %}
];

async function fill() {
  const cache = await caches.open(SHELL);
  const fresh = (url) => new Request(url, { credentials: "omit", cache: "no-cache" });
  await cache.addAll([...FILES, OFFLINE].map(fresh));
  await Promise.allSettled(GUIDES.map((url) => cache.add(fresh(url))));
}

async function drop(keep) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== keep).map((name) => caches.delete(name)));
}

async function kept(path) {
  const cache = await caches.open(SHELL);
  return (await cache.match(path)) || (await cache.match(OFFLINE)) || Response.error();
}

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(drop(SHELL).then(() => self.clients.claim()));
});

/* Sent when a person leaves: everything goes, then the bare shell comes back. */
self.addEventListener("message", (event) => {
  if (event.data === "forget") { event.waitUntil(drop("").then(fill)); }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => kept(url.pathname)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((file) => file || fetch(event.request)));
  }
});

/* What is pushed names nothing of anybody; the same message shown twice stands once (tag). */
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "{{ service_name }}", {
    body: told.body || "您有一条新消息，请登录查看。", tag: told.tag || "inbox", icon: "{% static "icons/mark-192.png" %}",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/inbox/"));
});
