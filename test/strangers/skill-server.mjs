// A skill server as anybody writes one in ten lines: no package, and nothing of ours.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const shows = (...outputs) => ({ version: '2.0', template: { outputs } });
const says = text => shows({ simpleText: { text } });
const order = { label: '톨', action: 'block', blockId: 'order', messageText: '주문', extra: { size: '톨' } };
const later = { version: '2.0', useCallback: true, data: { text: '고르는 중이에요' } };

createServer(async (request, response) => {
  const { userRequest, action } = await json(request);
  const { utterance, callbackUrl } = userRequest;
  const answer = {
    메뉴: shows({ textCard: { title: '라떼', description: '우유와 에스프레소', buttons: [order] } }),
    주문: says(`${action.clientExtra?.size} 나왔어요`),
    추천: callbackUrl ? later : says('라떼'),
  }[utterance];
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? says(`${utterance}?`)));
  const callback = { method: 'POST', headers: { 'content-type': 'application/json' } };
  if (answer === later)
    setTimeout(() => fetch(callbackUrl, { ...callback, body: JSON.stringify(says('라떼')) }), 100);
}).listen(Number(process.env.PORT), '127.0.0.1', function () {
  console.log(this.address().port);
});
