// The service worker: shows what came, opens what is clicked. Browsers take permission from workers that show nothing, so a broken text is shown as well.
'use strict';

function read(data) {
  try {
    return data.json().notification ?? {};
  } catch {
    return {};
  }
}

self.addEventListener('push', (event) => {
  const { title = '새 알림이 있습니다', body, icon, image, tag, navigate = '/', actions = [] } = read(event.data);
  event.waitUntil(self.registration.showNotification(title, {
    body, icon, image, tag,
    actions: actions.map(({ action, title: label }) => ({ action, title: label })),
    data: { navigate, actions },
  }));
});

// A click is told by where it leads: the links of messages are tracked ones (/r?…).
self.addEventListener('notificationclick', (event) => {
  const { navigate, actions } = event.notification.data;
  event.notification.close();
  event.waitUntil(self.clients.openWindow(actions.find(({ action }) => action === event.action)?.navigate ?? navigate));
});

async function resubscribe(old, renewed) {
  const { key } = await (await fetch('/key')).json();
  const subscription = renewed ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  await fetch('/resubscribe', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ old, subscription }) });
}

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event.oldSubscription, event.newSubscription)));
