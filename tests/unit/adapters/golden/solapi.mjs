// Writes golden/solapi.jsonl: the bodies of three requests as SOLAPI's own library for Node makes them, a line each.
//   npm install --prefix DIR solapi@6.0.1 && node golden/solapi.mjs DIR/node_modules/solapi > golden/solapi.jsonl
// The member `agent` names the library and the machine that ran it; it is left out.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const { SolapiMessageService } = createRequire(import.meta.url)(resolve(process.argv[2]));
const bodies = [];
globalThis.fetch = async (_url, request) => {
  bodies.push(request.body);
  return new Response('{}', { status: 200 });
};
const service = new SolapiMessageService('KEY', 'SECRET');
const ends = (id) => ({
  to: '010-1234-5678',
  from: '02-123-4567',
  customFields: { cartwheel: `${id}.7.00112233445566778899aabbccddeeff` },
});
const link = 'https://shop.example/c?a=1&b=2';

async function send(messages) {
  // The library reads the answer, which is none; what it sent is kept.
  await service.send(messages, { allowDuplicates: true, showMessageList: true }).catch(() => {});
}

await send([
  { ...ends(1), type: 'SMS', text: '(광고) 온도상점\n"머그컵"이 기다려요\t/ 끝' },
  { ...ends(2), type: 'LMS', subject: '장바구니', text: '가'.repeat(50) },
  { ...ends(3), type: 'MMS', subject: '사진', imageId: 'IMG1', text: '사진을 보세요' },
]);
await send([
  { ...ends(4), type: 'ATA', kakaoOptions: { pfId: 'PF', templateId: 'ORDER_1', variables: { 이름: '김민지', 수: '2' },
    disableSms: true, buttons: [
      { buttonName: '보기', buttonType: 'WL', linkMo: link, linkPc: link },
      { buttonName: '앱에서', buttonType: 'AL', linkAnd: 'shop://c', linkIos: 'shop://c' },
      { buttonName: '배송 조회', buttonType: 'DS' }] } },
  { ...ends(5), type: 'ATA', text: '주문이 접수되었어요.', kakaoOptions: { pfId: 'PF', templateId: 'ORDER_2', disableSms: true } },
]);
await send([
  { ...ends(6), type: 'BMS_FREE', text: '(광고) 담아 둔 머그컵', kakaoOptions: { pfId: 'PF', disableSms: true, adFlag: true,
    bms: { targeting: 'M', chatBubbleType: 'TEXT', buttons: [
      { name: '채널 추가', linkType: 'AC' }, { name: '보기', linkType: 'WL', linkMobile: link, linkPc: link }] } } },
  { ...ends(7), type: 'BMS_FREE', text: '(광고) 사진', kakaoOptions: { pfId: 'PF', disableSms: true, adFlag: true,
    bms: { targeting: 'I', chatBubbleType: 'IMAGE', imageId: 'IMG2', imageLink: link } } },
]);
for (const body of bodies) console.log(body.replace(/"agent":\{[^}]*\},/, ''));
