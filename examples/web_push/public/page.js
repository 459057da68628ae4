// The shop's page: a cart, and the shop's own question before the browser's. The browser asks once and a no is final there, so it is asked only after a yes here.
'use strict';
const $ = (id) => document.getElementById(id);
const tell = async (route, body) => {
  const answer = await fetch(route, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
};
const ask = async (route) => (await fetch(route)).json();
const supported = 'serviceWorker' in navigator && 'PushManager' in window;

async function subscribe(consents) {
  const registration = await navigator.serviceWorker.ready;
  const { key } = await ask('/key');
  const subscription = (await registration.pushManager.getSubscription())
    ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  await tell('/subscribe', { subscription, consents });
}

// A window in private mode, or a browser without its push service, asks and then refuses.
async function subscribeAndSay(consents) {
  try {
    await subscribe(consents);
    $('state').textContent = '알림을 받습니다.';
  } catch (error) {
    $('state').textContent = `알림을 켜지 못했습니다: ${error.message}`;
  }
}

async function offer(moment) {
  if (!supported || Notification.permission !== 'default') return;
  $('prompt').hidden = !(await ask(`/prompt?moment=${moment}`)).ask;
}

$('add').onclick = async () => {
  await tell('/cart', { id: 'mug', name: '머그컵', price: 9000 });
  $('cart').textContent = '담았어요.';
  await offer('product_added');
};
$('no').onclick = async () => {
  $('prompt').hidden = true;
  await tell('/asked', { permission: 'dismissed' });
};
$('yes').onclick = async () => {
  $('prompt').hidden = true;
  const permission = await Notification.requestPermission();
  await tell('/asked', { permission: permission === 'default' ? 'dismissed' : permission });
  if (permission !== 'granted') return;
  await subscribeAndSay(['ad', 'ad_night'].filter((scope) => $(scope).checked));
};

if (supported) {
  navigator.serviceWorker.register('/worker.js');
  // Subscriptions change while no page is open, and some browsers do not say so.
  if (Notification.permission === 'granted') subscribeAndSay([]);
} else {
  $('state').textContent = '이 브라우저는 알림을 받지 못합니다.';
}
